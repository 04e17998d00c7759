/** What a run says of a step of the search for the knee. Pure; the bench's parent process. */

import { beyondTickMs, isPassed } from './peers-knee.ts';
import type { KneeStep } from './peers-knee.ts';
import type { PeerRun } from './peers-run.ts';

export function stepOf(
  rateHz: number,
  { report, arrivedPerSecond, otherCpuPercent }: PeerRun,
): KneeStep {
  const beyondTickP99Ms = beyondTickMs(report.stateAge.percentileMs(99), rateHz);
  const deliveredShare = report.delivered / report.expected;
  return {
    rateHz,
    isPassed: isPassed(beyondTickP99Ms, deliveredShare),
    deliveredPerSecond: arrivedPerSecond,
    beyondTickP99Ms,
    deliveredShare,
    sendLagP99Ms: report.sendLag.percentileMs(99),
    otherCpuPercent,
  };
}

/** Of a run that could not be finished. */
export function brokenStep(rateHz: number, broken: string): KneeStep {
  return {
    rateHz,
    isPassed: false,
    deliveredPerSecond: 0,
    beyondTickP99Ms: 0,
    deliveredShare: 0,
    sendLagP99Ms: 0,
    otherCpuPercent: 0,
    broken,
  };
}
