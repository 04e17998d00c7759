/** How grave something is: the colors of style.css. Types only; browser, not a thread of the host. */

export type Tone = 'good' | 'warn' | 'bad' | 'wait';
