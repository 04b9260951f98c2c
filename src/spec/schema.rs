//! The JSON Schema of the YAML form, from the table: editors complete and check by it while people write.

use serde_json::{Map, Value, json};

use super::KINDS;
use super::shape::{Content, FieldShape, Shape};
use crate::source::Syntax;
use crate::value::{Form, Json};

/// The schema. Draft 7 is what the language server for YAML knows best.
#[must_use]
pub fn json() -> Value {
    let mut definitions = Map::new();
    definitions.insert("secret".to_owned(), secret());
    let mut properties = Map::new();
    for kind in KINDS {
        properties.insert(kind.block.word.to_owned(), named(kind.block, kind.block.doc, &mut definitions));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Tenantry fleet",
        "description": "Declarations of a fleet: what stands in any one of its YAML files.",
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": false,
        "definitions": definitions,
    })
}

/// The schema as it is checked in and printed.
#[must_use]
pub fn text() -> String {
    // A tree of strings and numbers always prints.
    let text = serde_json::to_string_pretty(&json()).unwrap_or_default();
    text + "\n"
}

/// What one value has to be.
#[must_use]
pub fn form(form: Form) -> Value {
    let mut schema = match form.json {
        Json::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
        Json::Words(words) => json!({ "enum": words }),
        Json::Whole { least, most } => {
            let mut schema = json!({ "type": "integer", "minimum": least });
            if let Some(most) = most {
                schema["maximum"] = json!(most);
            }
            schema
        }
        Json::AboveZero => json!({
            "type": ["number", "string"],
            "exclusiveMinimum": 0,
            "pattern": r"^[0-9]+(\.[0-9]{1,9})?$",
        }),
        Json::Bool => json!({ "type": "boolean" }),
    };
    // The example is one value of JSON as well.
    if let Ok(example) = serde_json::from_str::<Value>(form.written(Syntax::Yaml)) {
        schema["examples"] = json!([example]);
    }
    schema
}

fn secret() -> Value {
    json!({
        "description": "A reference to a secret: a variable of the environment, or a file.",
        "type": "object",
        "properties": { "secret": { "type": "string", "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$" } },
        "required": ["secret"],
        "additionalProperties": false,
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

/// Blocks by name, or names alone where a name says it all.
fn named(shape: &'static Shape, doc: &str, definitions: &mut Map<String, Value>) -> Value {
    let name = shape.fields.iter().find(|field| shape.args.contains(&field.name));
    let name = name.map_or_else(|| json!({ "type": "string" }), |field| value(field.content));
    let mut body = vec![body(shape, definitions)];
    let mut any = vec![json!({ "type": "null" })];
    if !needs(shape, true) {
        body.push(json!({ "type": "null" }));
        any.push(name.clone());
        any.push(json!({ "type": "array", "items": name.clone() }));
    }
    let body = json!({ "anyOf": body });
    any.insert(0, json!({ "type": "object", "propertyNames": name, "additionalProperties": body }));
    json!({ "description": doc.trim(), "anyOf": any })
}

/// Whether a block has fields that must be there, its name aside.
fn needs(shape: &Shape, named: bool) -> bool {
    shape.fields.iter().any(|field| field.required && !(named && shape.args.contains(&field.name)))
}

/// The fields of a block, under its word; a name is a key and no field.
fn body(shape: &'static Shape, definitions: &mut Map<String, Value>) -> Value {
    if !definitions.contains_key(shape.word) {
        // Its place is taken first: what stands in it may refer to it.
        definitions.insert(shape.word.to_owned(), Value::Null);
        let fields: Vec<&FieldShape> = shape
            .fields
            .iter()
            .filter(|field| !(shape.named() && shape.args.contains(&field.name)))
            .collect();
        let properties: Map<String, Value> =
            fields.iter().map(|field| (field.name.to_owned(), of(field, definitions))).collect();
        let required: Vec<&str> =
            fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        let mut schema = json!({
            "description": shape.doc.trim(),
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        definitions.insert(shape.word.to_owned(), schema);
    }
    reference(shape.word)
}

fn of(field: &FieldShape, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = match field.content {
        Content::Blocks(shape) => return named(shape, field.doc, definitions),
        Content::Block(shape) => {
            let mut any = vec![body(shape, definitions)];
            if let Some(first) = shape.args.first().and_then(|name| shape.field(name)) {
                any.push(value(shape.fields[first].content));
            }
            if !needs(shape, false) {
                any.push(json!({ "type": "null" }));
            }
            json!({ "anyOf": any })
        }
        content => value(content),
    };
    schema["description"] = json!(field.doc.trim());
    schema
}

/// What stands in a field that is no block.
fn value(content: Content) -> Value {
    let name = || json!({ "type": "string", "minLength": 1 });
    match content {
        Content::Value(of) => form(of),
        Content::Reference(_) => name(),
        Content::References(_) => json!({ "anyOf": [{ "type": "array", "items": name() }, name()] }),
        Content::Secret => json!({ "anyOf": [reference("secret")] }),
        Content::Flag => json!({ "type": "boolean" }),
        Content::Config | Content::Block(_) | Content::Blocks(_) => json!({ "type": ["object", "null"] }),
    }
}
