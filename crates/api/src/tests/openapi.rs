use std::collections::BTreeSet;

use serde_json::Value;

use super::World;

fn document() -> Value {
    serde_json::from_str(&crate::openapi()).unwrap()
}

#[test]
fn the_document_and_the_router_list_the_same_operations() {
    let document = document();
    let documented: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let routes = crate::routes::all(false);
    let routed: BTreeSet<String> = routes
        .list()
        .iter()
        .map(|route| format!("{} {}", crate::routing::method_name(&route.method), route.path))
        .collect();
    assert_eq!(documented, routed);
}

#[tokio::test]
async fn what_the_document_lists_is_really_there() {
    let world = World::new().await;
    for (path, item) in document()["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let request = super::request(&method.to_uppercase(), &path.replace(['{', '}'], ""), None)
                .body(axum::body::Body::empty())
                .unwrap();
            let status = world.send(request).await.status.as_u16();
            assert!(![404, 405].contains(&status), "{method} {path} answered {status}");
        }
    }
}

#[test]
fn every_operation_names_its_action_and_what_a_problem_looks_like() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["x-action"].is_string(), "{method} {path}");
            assert_eq!(operation["security"].is_array(), operation["x-action"] != "public", "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(problem, "#/components/schemas/Problem", "{method} {path}");
            assert!(
                ids.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{method} {path} shares its name"
            );
        }
    }
}

#[test]
fn every_schema_that_is_referred_to_is_defined() {
    let document = document();
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    let defined = document["components"]["schemas"].as_object().unwrap();
    let missing: Vec<_> = references.iter().filter(|name| !defined.contains_key(*name)).collect();
    assert_eq!(missing, Vec::<&String>::new());
    let unused: Vec<_> = defined.keys().filter(|name| !references.contains(*name)).collect();
    assert_eq!(unused, Vec::<&String>::new());
}

fn collect(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|text| text.strip_prefix("#/components/schemas/"))
            {
                out.insert(name.to_owned());
            }
            fields.values().for_each(|value| collect(value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn the_document_is_served() {
    let world = World::new().await;
    assert_eq!(world.get("/api/openapi.json", None).await.json(), document());
}
