// Texts as the core takes what comes often: of a text, what wasm-bindgen writes would take letter by letter.

const encoder = new TextEncoder();
/** What is longer than fits in here, whatever its letters are, gets a room of its own. */
const room = new Uint8Array(1 << 18);

/**
 * Two texts in UTF-8, for a call that follows at once: the next texts take their place.
 * @param {string} text
 * @param {string} [second]
 * @returns {[Uint8Array, Uint8Array | undefined]}
 */
export function bytesOf(text, second) {
  if (3 * (text.length + (second?.length ?? 0)) > room.length) return [encoder.encode(text), second === undefined ? second : encoder.encode(second)];
  const { written } = encoder.encodeInto(text, room);
  if (second === undefined) return [room.subarray(0, written), second];
  const rest = room.subarray(written);
  return [room.subarray(0, written), rest.subarray(0, encoder.encodeInto(second, rest).written)];
}
