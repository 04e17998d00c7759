/** Goal: connections stop before the system's limit. Method: limits around the capacity, and the real /proc file. */

import { describe, expect, it } from 'vitest';
import {
  connectionBudget,
  parseDescriptorLimit,
  readDescriptorLimit,
} from '../../src/main/descriptor-limit.ts';

const host = { capacity: 20_000, gateways: 2, matchWorkers: 2 };

describe('connectionBudget()', () => {
  it('leaves room beside a full house where the system allows it', () => {
    const budget = connectionBudget({ ...host, descriptorLimit: 1_048_576 });
    expect(budget).toEqual({ connectionsMax: 22_128, perGateway: 11_064, warning: undefined });
  });

  it('keeps a reserve below the limit with all gateways full, and names both numbers', () => {
    const budget = connectionBudget({ ...host, descriptorLimit: 4_096 });
    expect(budget.perGateway * host.gateways).toBeLessThanOrEqual(4_096 - 256);
    expect(budget.warning).toContain('20000');
    expect(budget.warning).toContain('4096');
  });

  it('refuses to start where hardly anybody would fit', () => {
    const attempt = () => connectionBudget({ ...host, descriptorLimit: 256 });
    expect(attempt).toThrow('Cannot take players: the process may open 256 descriptors and needs');
  });

  it('knows no bound where there is none', () => {
    const budget = connectionBudget({ ...host, descriptorLimit: Infinity });
    expect(budget.connectionsMax).toBe(22_128);
  });
});

describe('parseDescriptorLimit()', () => {
  it('reads the soft limit', () => {
    const line = 'Max open files            1024                 524288               files     \n';
    expect(parseDescriptorLimit(`Limit  Soft Limit\n${line}`)).toBe(1_024);
    expect(parseDescriptorLimit('Max open files  unlimited unlimited files')).toBe(Infinity);
    expect(parseDescriptorLimit('')).toBeUndefined();
  });

  it('reads that of this process', () => {
    expect(readDescriptorLimit()).toBeGreaterThan(64);
  });
});
