/** Reads the fields of one JSON array in order and says what it found where that is not what it should be. Main thread. */

/** A line of a ticket log that no version of this program writes. */
export class RowError extends Error {
  override readonly name = 'RowError';
}

export class JsonRow {
  readonly #fields: readonly unknown[];
  #index = 0;

  constructor(value: unknown) {
    if (!Array.isArray(value)) throw new RowError(`Cannot read a row: found ${shown(value)}`);
    this.#fields = value;
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#fields.length;
  }

  text(): string {
    const value = this.#next();
    return typeof value === 'string' ? value : this.#refuse(value, 'a text');
  }

  number(): number {
    const value = this.#next();
    return typeof value === 'number' ? value : this.#refuse(value, 'a number');
  }

  /** A number that names or counts something. */
  whole(): number {
    const value = this.#next();
    const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    return isWhole ? value : this.#refuse(value, 'a whole number');
  }

  /** 0 or 1. */
  flag(): boolean {
    const value = this.#next();
    return value === 0 || value === 1 ? value === 1 : this.#refuse(value, '0 or 1');
  }

  word<T extends string>(words: Readonly<Record<T, true>>): T {
    const value = this.#next();
    const isKnown = typeof value === 'string' && Object.hasOwn(words, value);
    // hasOwn() has just said that it is one of the words.
    return isKnown ? (value as T) : this.#refuse(value, 'a known word');
  }

  /** An object, or undefined for null. */
  object(): Readonly<Record<string, unknown>> | undefined {
    const value = this.#next();
    if (value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) this.#refuse(value, 'an object');
    // An object that JSON.parse() made: its keys are texts.
    return value as Readonly<Record<string, unknown>>;
  }

  /** One value for each element of an array. */
  list<T>(read: (row: JsonRow) => T): readonly T[] {
    const elements = new JsonRow(this.#next());
    const values: T[] = [];
    while (!elements.isAtEnd) values.push(read(elements));
    return values;
  }

  row(): JsonRow {
    return new JsonRow(this.#next());
  }

  /** Throws when there is more than was read. */
  end(): void {
    if (!this.isAtEnd) this.#refuse(this.#next(), 'no further field');
  }

  #next(): unknown {
    const value = this.#fields[this.#index];
    this.#index += 1;
    return value;
  }

  #refuse(value: unknown, wanted: string): never {
    throw new RowError(`Cannot read field ${this.#index}: found ${shown(value)} for ${wanted}`);
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40);
}
