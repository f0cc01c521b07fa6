//! Puts what tools write in JSON of their own into the shape of HAR's entries, by tables of where it stands.

use serde_json::{Map, Value};

/// What stands at the second place of each pair, a JSON pointer, is put to the first, names parted by a stroke.
pub(super) fn shaped(from: &Value, places: &[[&str; 2]]) -> Value {
    let mut shaped = Value::Null;
    for [to, at] in places {
        if let Some(value) = from.pointer(at) {
            put(&mut shaped, to, value.clone());
        }
    }
    shaped
}

/// Puts a value to a place; objects on the way there are made where there is nothing.
pub(super) fn put(shaped: &mut Value, to: &str, value: Value) {
    let mut slot = shaped;
    for name in to.split('/') {
        if slot.is_null() {
            *slot = Value::Object(Map::new());
        }
        let Some(object) = slot.as_object_mut() else { return };
        slot = object.entry(name).or_insert(Value::Null);
    }
    *slot = value;
}

/// The text at a place; empty where there is none.
pub(super) fn text<'a>(of: &'a Value, at: &str) -> &'a str {
    of.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn moves_what_is_there_and_nothing_else() {
        let from = json!({"a": {"b": [1]}, "c": null});
        let mut shaped = shaped(&from, &[["x/y", "/a/b"], ["x/z", "/a/none"], ["w", "/c"]]);
        assert_eq!(shaped, json!({"x": {"y": [1]}, "w": null}));
        put(&mut shaped, "x/y/v", json!(2));
        put(&mut shaped, "w/v", json!(3));
        assert_eq!(shaped, json!({"x": {"y": [1]}, "w": {"v": 3}}));
        assert_eq!((text(&json!({"a": "b"}), "/a"), text(&from, "/a/b")), ("b", ""));
    }
}
