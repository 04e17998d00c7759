/** The state at a glance, the figures under it, queues and threads: all that /v1/status says. Browser, not a thread of the host. */

import type { OpsStatus } from './api-types.ts';
import { byId, element, keyedList, setBar, setText, setTone, textRow } from './dom.ts';
import type { RowView } from './dom.ts';
import {
  bytesText,
  countText,
  countdownText,
  durationText,
  percentText,
  pluralText,
} from './format.ts';
import type { Tone } from './tone.ts';

type Worker = OpsStatus['workers'][number];
type Gateway = OpsStatus['gateways'][number];
type Queue = readonly [mode: string, queue: OpsStatus['queues'][string]];

const LOAD_WARN = 0.6;
const LOAD_BAD = 0.85;
const FULL_WARN = 0.8;
const FULL_BAD = 0.95;

export class StatusPanel {
  readonly #queues = keyedList<Queue>(byId('queues-rows', HTMLElement), {
    keyOf: ([mode]) => mode,
    create: () => textRow(['', 'number', 'number', 'number'], queueTexts),
    empty: byId('queues-empty', HTMLElement),
  });
  readonly #workers = keyedList<Worker>(byId('workers-rows', HTMLElement), {
    keyOf: ({ worker }) => String(worker),
    create: workerRow,
    empty: byId('workers-empty', HTMLElement),
  });
  readonly #gateways = keyedList<Gateway>(byId('gateways-rows', HTMLElement), {
    keyOf: ({ gateway }) => String(gateway),
    create: gatewayRow,
    empty: byId('gateways-empty', HTMLElement),
  });

  show(status: OpsStatus): void {
    document.title = `${countText(status.players.host)} players · ${status.hostId}`;
    write('host-id', status.hostId);
    write('foot-version', `Longhouse ${status.version}`);
    showState(status);
    showFacts(status);
    showTiles(status);
    this.#queues(Object.entries(status.queues));
    this.#workers(status.workers);
    this.#gateways(status.gateways);
  }

  /** `isThere`: the host answers, but not with its status. */
  showFailure(isThere: boolean): void {
    document.title = `${isThere ? 'Failing' : 'No answer'} · Longhouse`;
    if (isThere) writeState('bad', 'Failing', 'the host answers with an error');
    else writeState('bad', 'No answer', 'from the host');
  }
}

function showState(status: OpsStatus): void {
  const { draining, notReady, store } = status;
  if (draining !== null) {
    const playing = pluralText(draining.playing, 'player still plays', 'players still play');
    writeState('warn', 'Draining', `${countdownText(draining.deadlineMs)} left, ${playing}`);
  } else if (notReady !== null) {
    writeState('bad', 'Not ready', notReady);
  } else if (store.state === 'failing') {
    writeState('warn', 'Ready', 'but the store fails: nothing is kept');
  } else {
    writeState('good', 'Ready', 'takes players');
  }
}

function writeState(tone: Tone, word: string, why: string): void {
  setTone(byId('state', HTMLElement), tone);
  write('state-word', word);
  // A countdown in a live region would be read aloud each second: only its word is.
  byId('state-why', HTMLElement).setAttribute('aria-live', 'off');
  write('state-why', why);
}

function showFacts({ uptimeSeconds, store, configVersion, configProblem }: OpsStatus): void {
  write('fact-uptime', durationText(uptimeSeconds * 1000));
  const storeFact = byId('fact-store', HTMLElement);
  setText(storeFact, STORE_WORDS[store.state]);
  storeFact.title = store.problem ?? '';
  setTone(storeFact, STORE_TONES[store.state]);
  const configFact = byId('fact-config', HTMLElement);
  const version = configVersion === 0 ? 'file' : `v${configVersion}`;
  setText(configFact, configProblem === null ? version : `${version}, a newer one is refused`);
  configFact.title = configProblem ?? '';
  setTone(configFact, configProblem === null ? undefined : 'bad');
}

type StoreState = OpsStatus['store']['state'];

const STORE_WORDS: Readonly<Record<StoreState, string>> = {
  good: 'good',
  replaced: 'was damaged, set aside',
  failing: 'failing',
};
const STORE_TONES: Readonly<Record<StoreState, Tone>> = {
  good: 'good',
  replaced: 'warn',
  failing: 'bad',
};

function showTiles(status: OpsStatus): void {
  const { players, matches, capacity, practicePlayers, lobbies, queues, workers } = status;
  write('players-host', countText(players.host));
  const share = capacity === 0 ? 0 : players.host / capacity;
  setBar(byId('capacity-bar', HTMLElement), share, toneOf(share, FULL_WARN, FULL_BAD));
  const bots = practicePlayers === 0 ? '' : `, and ${pluralText(practicePlayers, 'bot', 'bots')}`;
  write('players-note', `of ${countText(capacity)}${bots}`);
  write('players-network', countText(players.network));
  write('network-note', networkText(players));
  write('matches-host', countText(matches.host));
  write(
    'matches-note',
    `${countText(matches.network)} in all, ${pluralText(lobbies, 'lobby', 'lobbies')}`,
  );
  const waiting = Object.values(queues).reduce((sum, queue) => sum + queue.host, 0);
  const oldestMs = Math.max(0, ...Object.values(queues).map((queue) => queue.oldestMs));
  write('waiting-host', countText(waiting));
  write(
    'waiting-note',
    waiting === 0 ? 'nobody waits' : `the longest for ${durationText(oldestMs)}`,
  );
  const loads = workers.map(({ load }) => load);
  const worst = Math.max(0, ...loads);
  const mean = loads.reduce((sum, load) => sum + load, 0) / Math.max(1, loads.length);
  write('load-worst', percentText(worst));
  write('load-note', `${percentText(mean)} over ${pluralText(loads.length, 'worker', 'workers')}`);
}

function networkText({ hostsKnown, hostsHeard, ageMs }: OpsStatus['players']): string {
  if (hostsKnown <= 1) return 'one host';
  const heard = `${hostsHeard} of ${hostsKnown} hosts heard`;
  return ageMs > 0 ? `${heard}, ${(ageMs / 1000).toFixed(1)} s old` : heard;
}

function queueTexts([mode, { host, network, oldestMs }]: Queue): string[] {
  return [mode, countText(host), countText(network), host === 0 ? '–' : durationText(oldestMs)];
}

function workerRow(): RowView<Worker> {
  const fill = element('span');
  const bar = element(
    'div',
    {
      className: 'bar',
      attributes: {
        role: 'meter',
        'aria-label': 'Load',
        'aria-valuemin': '0',
        'aria-valuemax': '100',
      },
    },
    fill,
  );
  const share = element('output');
  const load = element('td', {}, element('div', { className: 'load' }, bar, share));
  const name = element('td');
  const state = element('td', { className: 'thread-state' });
  const numbers = ['', '', '', ''].map(() => element('td', { className: 'number' }));
  return {
    node: element('tr', {}, name, state, load, ...numbers),
    update: (worker) => {
      setText(name, String(worker.worker));
      showThreadState(state, worker.state);
      setBar(bar, worker.load, toneOf(worker.load, LOAD_WARN, LOAD_BAD));
      setText(share, percentText(worker.load));
      const texts = [
        countText(worker.players),
        countText(worker.handlers),
        bytesText(worker.heapBytes),
        bytesText(worker.externalBytes),
      ];
      for (const [index, cell] of numbers.entries()) setText(cell, texts[index] ?? '');
    },
  };
}

function gatewayRow(): RowView<Gateway> {
  const name = element('td');
  const state = element('td', { className: 'thread-state' });
  const connections = element('td', { className: 'number' });
  const players = element('td', { className: 'number' });
  return {
    node: element('tr', {}, name, state, connections, players),
    update: (gateway) => {
      setText(name, String(gateway.gateway));
      showThreadState(state, gateway.state);
      setText(connections, countText(gateway.connections));
      setText(players, countText(gateway.players));
    },
  };
}

function showThreadState(cell: HTMLElement, word: string): void {
  setText(cell, word);
  setTone(cell, word === 'running' ? 'good' : word === 'lost' ? 'bad' : 'warn');
}

function toneOf(share: number, warn: number, bad: number): Tone {
  if (share >= bad) return 'bad';
  return share >= warn ? 'warn' : 'good';
}

function write(id: string, text: string): void {
  setText(byId(id, HTMLElement), text);
}
