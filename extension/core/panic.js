/** Whether an error is a panic of the core rather than its answer. @param {unknown} error */
export const isPanic = (error) => error instanceof WebAssembly.RuntimeError;

/** @param {unknown} error @returns {import('../shared/protocol.d.ts').Refused} */
export function refusal(error) {
  const refused = error instanceof Error ? error.message : String(error);
  if (isPanic(error)) return { refused, says: 'coreBroke' };
  // Browsers do not read a file that was changed or moved after it was chosen.
  return error instanceof DOMException && /^Not(Readable|Found)Error$/.test(error.name) ? { refused, says: 'fileGone' } : { refused };
}

/**
 * The core's refusal in words is an answer; a panic is not.
 * @template T @param {() => T | Promise<T>} make @returns {Promise<T | import('../shared/protocol.d.ts').Refused>}
 */
export async function refusable(make) {
  try {
    return await make();
  } catch (error) {
    if (isPanic(error)) throw error;
    return refusal(error);
  }
}
