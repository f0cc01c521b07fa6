# What sentences of many languages say, learned anew from the message catalogues of products.

words() {
  need_rust
  need_c_linker
  need_node
  local folder=$target_dir/words
  cargo build --quiet --release -p why401-tests --bin words
  if [ ! -x "$folder/venv/bin/python" ]; then
    say "what tools/words needs"
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet --requirement tools/words/requirements.txt
  fi
  "$folder/venv/bin/python" tools/words/fetch.py "$folder"
  "$folder/venv/bin/python" tools/words/learn.py "$folder" "$target_dir/release/words"
}
