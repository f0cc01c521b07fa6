// Files that are given to a page as people give them.

/**
 * Chooses a file in a field, or drops it into the page. Runs in the page.
 * @param {string | null} field its selector; without one the file is dropped
 * @param {string} name
 * @param {[part: string, times: number][]} parts what is in it, each as many times as is said
 */
export const gives = (field, name, parts) => {
  const given = new DataTransfer();
  given.items.add(new File(parts.flatMap(([part, times]) => Array(times).fill(part)), name));
  if (field === null) return void document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true }));
  const input = /** @type {HTMLInputElement} */ (document.querySelector(field));
  input.files = given.files;
  input.dispatchEvent(new Event('change'));
};
