/**
 * A TCP proxy of Debian's in front of a server: HAProxy in TCP mode, or nginx's stream module. The bench's parent process.
 * One thread and one process each, so that one process id has all of its cost; settings that matter are written out below.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { isRunning, logTail, spawnProgram, stopChild } from '../servers/children.ts';
import { freePort } from '../servers/free-port.ts';

export type ProxyName = 'haproxy' | 'nginx';

export interface StreamProxy {
  readonly pid: number;
  readonly port: number;
  alive(): boolean;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 3000;
const LISTEN_BACKLOG = 4096;
const STREAM_MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so';

/** Why this proxy cannot run here, and what would change that; undefined when it can. */
export function proxyShortage(name: ProxyName): string | undefined {
  if (name === 'haproxy') {
    return proxyVersion(name) === undefined ? missing('haproxy') : undefined;
  }
  const isComplete = proxyVersion(name) !== undefined && existsSync(STREAM_MODULE);
  return isComplete ? undefined : missing('nginx', 'libnginx-mod-stream');
}

/** As the program itself says; undefined where it is not installed. */
export function proxyVersion(name: ProxyName): string | undefined {
  const { stdout, stderr } = spawnSync(name, ['-v'], { encoding: 'utf8' });
  return /(?:version |nginx\/)(?<version>\d[\d.]*)/.exec(`${stdout}${stderr}`)?.groups?.['version'];
}

/** Forwards every connection to `to`, a port of loopback. */
export async function startProxy(
  name: ProxyName,
  to: number,
  connectionsMax: number,
): Promise<StreamProxy> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), `longhouse-${name}-`));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const configPath = join(folder, 'proxy.conf');
  const logPath = join(folder, 'proxy.log');
  const ports = { port, to, connectionsMax };
  writeFileSync(configPath, name === 'haproxy' ? haproxyConfig(ports) : nginxConfig(ports, folder));
  const flags = name === 'haproxy' ? ['-db', '-f', configPath] : ['-c', configPath, '-e', 'stderr'];
  const child = spawnProgram(name, flags, logPath);
  const stop = async (): Promise<void> => {
    await stopChild(child, STOP_LIMIT_MS);
    removeFolder();
    process.off('exit', removeFolder);
  };
  const deadlineMs = systemClock.nowMs() + START_LIMIT_MS;
  while (!(await isListening(port))) {
    if (!isRunning(child) || systemClock.nowMs() > deadlineMs) {
      const tail = logTail(logPath);
      await stop();
      throw new Error(`Cannot start ${name}: it does not listen; its last lines:\n${tail}`);
    }
    await sleep(20);
  }
  return { pid: child.pid ?? 0, port, alive: () => isRunning(child), stop };
}

interface ProxyPorts {
  readonly port: number;
  readonly to: number;
  readonly connectionsMax: number;
}

function haproxyConfig({ port, to, connectionsMax }: ProxyPorts): string {
  return `global
  nbthread 1
  maxconn ${connectionsMax}
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
frontend players
  bind 127.0.0.1:${port} backlog ${LISTEN_BACKLOG}
  default_backend relay
backend relay
  server relay 127.0.0.1:${to}
`;
}

/** One process, no master: what it costs is in one place. */
function nginxConfig({ port, to, connectionsMax }: ProxyPorts, folder: string): string {
  return `load_module ${STREAM_MODULE};
daemon off;
master_process off;
pid ${folder}/nginx.pid;
worker_rlimit_nofile ${connectionsMax * 2 + 100};
events { worker_connections ${connectionsMax * 2 + 100}; multi_accept on; }
stream {
  server {
    listen 127.0.0.1:${port} backlog=${LISTEN_BACKLOG};
    proxy_pass 127.0.0.1:${to};
    proxy_timeout 1h;
  }
}
`;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function missing(...packages: readonly string[]): string {
  return `not installed: apt-get install ${packages.join(' ')}`;
}
