// What the core is told of a finished request.

/**
 * The request as one text, without the content, which is kept apart or not at all.
 * @param {import('../shared/protocol.d.ts').FinishedRequest} request
 */
export function entryOf({ response, _initiator, ...rest }) {
  const kept = response && { ...response, content: response.content && { ...response.content, text: undefined } };
  return JSON.stringify({ ...rest, response: kept, _initiator: _initiator && { ..._initiator, stack: undefined } });
}
