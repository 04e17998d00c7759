/** Names of practice bots: `bot-` and a word, then `bot-` word and number. Pure; runs in the bots' thread. */

const WORDS = (
  'otter heron badger lynx marten wren finch robin plover osprey beaver hare fox stoat vole mole newt ' +
  'toad carp perch pike trout salmon raven crow magpie swift swallow crane stork owl kestrel falcon elk moose ' +
  'bison ibex goat lamb pony mule bear wolf seal whale puffin gull tern duck goose swan moth bee cricket beetle'
).split(' ');

/** The name of the bot with this index: `bot-otter`, and after the last word `bot-otter-2`. */
export function botName(index: number): string {
  const word = WORDS[index % WORDS.length] ?? 'otter';
  const round = Math.floor(index / WORDS.length) + 1;
  return round === 1 ? `bot-${word}` : `bot-${word}-${round}`;
}
