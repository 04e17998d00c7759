/**
 * Walks an avatar through a list of one-cell steps, as a plain line such as `wwd` asks for. Runs in match workers.
 * It only holds and releases directions, tick by tick: the simulation does not know of it.
 */

import { Direction } from './direction.ts';
import type { Avatar } from './ctf-state.ts';

export class StepWalker {
  #steps: readonly Direction[] = [];
  #next = 0;
  #fromX = 0;
  #fromY = 0;
  #waiting = false;

  start(steps: readonly Direction[]): void {
    this.#steps = steps;
    this.#next = 0;
    this.#waiting = false;
  }

  stop(): void {
    this.start([]);
  }

  /** Before each tick: sets what the avatar holds. Returns true when the last step has just been walked. */
  advance(avatar: Avatar): boolean {
    if (this.#next >= this.#steps.length && !this.#waiting) return false;
    // A step that has begun finishes by itself: nothing is held meanwhile, so that it is one cell and no more.
    avatar.held = Direction.none;
    if (avatar.step !== Direction.none) return false;
    const moved = avatar.x !== this.#fromX || avatar.y !== this.#fromY;
    if (this.#waiting && !moved) {
      // A wall, or a tag: the rest of the walk makes no sense any more.
      this.stop();
      return true;
    }
    this.#waiting = false;
    const step = this.#steps[this.#next];
    if (step === undefined) {
      this.stop();
      return true;
    }
    this.#next += 1;
    this.#fromX = avatar.x;
    this.#fromY = avatar.y;
    this.#waiting = true;
    avatar.held = step;
    return false;
  }
}
