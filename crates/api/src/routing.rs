//! The list of routes. There is no way to add one without an [`Action`]: the gate that checks it is put before the handler here, and
//! path and method come from the handler's own documentation, so that the router and the OpenAPI document cannot differ.

use std::sync::Arc;

use authz::Action;
use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, Info, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, ResponseBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::gate::{self, Gate};
use crate::problem::{Code, FieldError, Problem, ProblemBody};
use crate::session;
use crate::state::Shared;

pub(crate) struct Routes {
    routes: Vec<Route>,
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

pub(crate) struct Route {
    pub(crate) path: String,
    pub(crate) method: HttpMethod,
    pub(crate) action: Action,
    handler: MethodRouter<Arc<Shared>>,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self {
            routes: Vec::new(),
            paths: Paths::new(),
            schemas: Vec::new(),
        }
    }

    /// Adds the route that `D` documents: `D` is the type that `#[utoipa::path]` makes beside the handler.
    pub(crate) fn add<D, H, T>(mut self, _documentation: D, action: Action, handler: H) -> Self
    where
        D: utoipa::Path + utoipa::__dev::SchemaReferences,
        H: Handler<T, Arc<Shared>>,
        T: 'static,
    {
        let path = D::path();
        let mut operation = D::operation();
        describe(&mut operation, action);
        D::schemas(&mut self.schemas);
        for method in D::methods() {
            let route = Route {
                path: path.clone(),
                action,
                handler: on(filter(&method), handler.clone()),
                method,
            };
            self.paths.add_path_operation(&path, vec![route.method.clone()], operation.clone());
            self.routes.push(route);
        }
        self
    }

    #[cfg(test)]
    pub(crate) fn list(&self) -> &[Route] {
        &self.routes
    }

    pub(crate) fn document(mut self) -> OpenApi {
        ProblemBody::schemas(&mut self.schemas);
        self.schemas.push((ProblemBody::name().into_owned(), ProblemBody::schema()));
        self.schemas.push((FieldError::name().into_owned(), FieldError::schema()));
        let mut info = Info::new("Tributary", env!("CARGO_PKG_VERSION"));
        info.description = Some("Every number that Tributary shows, over HTTP. Errors are RFC 9457 problems.".to_owned());
        let mut document = OpenApiBuilder::new().info(info).paths(self.paths).build();
        let components = document.components.get_or_insert_default();
        components.schemas.extend(self.schemas);
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(session::COOKIE)));
        components.add_security_scheme(SESSION_SCHEME, cookie);
        document
    }

    pub(crate) fn into_router(self, shared: &Arc<Shared>) -> Router {
        let mut router = Router::new();
        for route in self.routes {
            let gate = Gate {
                shared: Arc::clone(shared),
                action: route.action,
            };
            router = router.route(&route.path, route.handler.route_layer(from_fn_with_state(gate, gate::pass)));
        }
        router
            .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed, "See GET /api/openapi.json for what this path answers to."))
            .route(
                "/api/{*rest}",
                axum::routing::any(async || Problem::new(Code::NotFound, "There is no such path. See GET /api/openapi.json for the list.")),
            )
            .with_state(Arc::clone(shared))
    }
}

/// Name of the session cookie in the OpenAPI document.
const SESSION_SCHEME: &str = "session";

/// Adds what all operations have in common: the action, the session that it needs, and problems as the answer to everything else.
fn describe(operation: &mut Operation, action: Action) {
    if action != Action::Public {
        operation.security = Some(vec![SecurityRequirement::new(SESSION_SCHEME, Vec::<String>::new())]);
    }
    let action = serde_json::to_value(action).expect("an action is a name");
    operation
        .extensions
        .get_or_insert_default()
        .merge(ExtensionsBuilder::new().add("x-action", action).build());
    let problem = Content::new(Some(Ref::from_schema_name(ProblemBody::name())));
    let problem = ResponseBuilder::new()
        .description("A problem")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(problem));
}

fn filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}

#[cfg(test)]
pub(crate) const fn method_name(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Get => "GET",
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Delete => "DELETE",
        HttpMethod::Options => "OPTIONS",
        HttpMethod::Head => "HEAD",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Trace => "TRACE",
    }
}
