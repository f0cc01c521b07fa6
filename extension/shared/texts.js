// The texts that ship beside the wasm, in the order in which the core takes them.

export const TEXTS = ['public_suffix_list.txt', 'products.tsv', 'rules.tsv', 'advice.txt', 'words.tsv', 'sentences.txt', 'settings.tsv'];
