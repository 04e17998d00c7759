/** Writes what a run leaves behind beside its JSON: rows for a spreadsheet, a report for people. The bench's parent process. */

import { writeFileSync } from 'node:fs';

import { systemClock } from '../../src/shared/clock.ts';
import { commitName, describeMachine } from '../machine.ts';
import { reportHtml } from './report-html.ts';
import type { Scenario } from './scenario.ts';
import { swarmCsv } from './swarm-csv.ts';
import type { SwarmResult } from './swarm-run.ts';

export interface SwarmFiles {
  /** Path without an ending. */
  readonly stem: string;
  readonly result: SwarmResult;
  readonly scenario: Scenario;
  readonly scenarioText: string;
}

export function writeFiles({ stem, result, scenario, scenarioText }: SwarmFiles): void {
  writeFileSync(`${stem}.csv`, swarmCsv(result.series));
  const html = reportHtml({
    result,
    scenario,
    scenarioText,
    machine: describeMachine(),
    node: process.version,
    commit: commitName(),
    wallMs: systemClock.wallMs(),
  });
  writeFileSync(`${stem}.html`, html);
}
