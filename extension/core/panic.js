/** Whether an error is a panic of the core rather than its answer. @param {unknown} error */
export const isPanic = (error) => error instanceof WebAssembly.RuntimeError;

/**
 * The core's refusal in words is an answer; a panic is not.
 * @template T @param {() => T | Promise<T>} make @returns {Promise<T | { refused: string }>}
 */
export async function refusable(make) {
  try {
    return await make();
  } catch (error) {
    if (isPanic(error)) throw error;
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}
