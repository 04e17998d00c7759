/** Entry of the thread that runs a game's own login check: loads the module, puts questions to it, hands its answers on. */

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../shared/errors.ts';
import type {
  CheckLogin,
  CheckOrder,
  CheckReport,
  LoginQuestion,
} from '../../shared/login-check.ts';
import { importUserModule } from '../user-module.ts';

// Main made this for this file: the module's file URL.
const { module } = workerData as { readonly module: string };

const checkLogin = await load();
if (checkLogin !== undefined) {
  parentPort?.on('message', (order: CheckOrder) => {
    if (order.kind === 'ping') report({ kind: 'pong' });
    else void answer(checkLogin, order.id, order.question);
  });
  report({ kind: 'ready' });
}

async function load(): Promise<CheckLogin | undefined> {
  try {
    const { checkLogin: found } = await importUserModule(module);
    // A function is all that can be seen from outside; what it answers is checked each time.
    if (typeof found === 'function') return found as CheckLogin;
    report({ kind: 'failed', message: 'it exports no function "checkLogin"' });
  } catch (error) {
    report({ kind: 'failed', message: messageOf(error) });
  }
  return undefined;
}

async function answer(check: CheckLogin, id: number, question: LoginQuestion): Promise<void> {
  try {
    // Inside the try: an answer that cannot be cloned is the module's fault too.
    report({ kind: 'answer', id, answer: await check(question) });
  } catch (error) {
    report({ kind: 'threw', id, message: messageOf(error) });
  }
}

function report(message: CheckReport): void {
  parentPort?.postMessage(message);
}
