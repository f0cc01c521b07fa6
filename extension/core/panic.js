/** Whether an error is a panic of the core rather than its answer. @param {unknown} error */
export const isPanic = (error) => error instanceof WebAssembly.RuntimeError;
