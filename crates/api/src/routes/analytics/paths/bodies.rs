//! The answer about paths.

use semantic::paths::flow::{Branch, End, Flow, Link, Node};
use semantic::paths::lags::LagBucket;
use semantic::paths::report::{LengthBucket, PathReport, PathRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::path_question::{FiguresBody, ScopeBody, SummaryBody};

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Paths)]
pub(super) struct PathsBody {
    #[serde(flatten)]
    scope: ScopeBody,
    /// Whether equal consecutive steps are one.
    is_collapsed: bool,
    summary: SummaryBody,
    /// By conversions, most first.
    paths: Vec<PathBody>,
    /// The paths that are not named, added up.
    rest: FiguresBody,
    /// By number of steps, from 1.
    lengths: Vec<LengthBody>,
    /// By the time from the first touch to the conversion.
    lag_of_first: Vec<LagBody>,
    /// By the time from the last touch to the conversion.
    lag_of_last: Vec<LagBody>,
    flow: FlowBody,
    /// Paths of more than 200 steps: the further ones are not named.
    paths_cut: i64,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Path)]
struct PathBody {
    /// The steps, joined by ` > `.
    path: String,
    steps: Vec<String>,
    #[serde(flatten)]
    figures: FiguresBody,
    /// Touches of its conversions.
    average_touches: Option<f64>,
    /// Days from the first touch to the conversion.
    average_days: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathLength)]
struct LengthBody {
    steps: usize,
    /// Whether longer paths are in it, too.
    is_open: bool,
    #[serde(flatten)]
    figures: FiguresBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathLag)]
struct LagBody {
    from_seconds: i64,
    /// Not included; null for the last bucket.
    until_seconds: Option<i64>,
    conversions: i64,
    revenue: String,
}

/// How paths flow over their first five steps. Branches are exact and disjoint; nodes and links are the same seen by position.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathFlow)]
struct FlowBody {
    branches: Vec<BranchBody>,
    nodes: Vec<NodeBody>,
    links: Vec<LinkBody>,
}

/// All paths with one beginning.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathBranch)]
struct BranchBody {
    steps: Vec<String>,
    end: EndBody,
    #[serde(flatten)]
    figures: FiguresBody,
}

/// What comes after the steps of a branch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PathEnd)]
enum EndBody {
    /// Nothing: its paths end here.
    Complete,
    /// Further steps.
    Further,
    /// Further steps of various kinds, each too rare to show.
    Other,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathNode)]
struct NodeBody {
    /// `position:step`.
    id: String,
    /// From 1.
    position: usize,
    /// Null: small ones, folded.
    step: Option<String>,
    #[serde(flatten)]
    figures: FiguresBody,
    /// Paths that end here with a conversion.
    converted_here: i64,
    /// Paths that end here without one.
    dropped_here: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathLink)]
struct LinkBody {
    from: String,
    to: String,
    #[serde(flatten)]
    figures: FiguresBody,
}

impl PathsBody {
    pub(super) fn new(report: PathReport, scope: ScopeBody, is_collapsed: bool) -> Self {
        Self {
            scope,
            is_collapsed,
            summary: report.summary.into(),
            paths: report.paths.into_iter().map(PathBody::from).collect(),
            rest: report.rest.into(),
            lengths: report.lengths.into_iter().map(LengthBody::from).collect(),
            lag_of_first: report.lag_of_first.into_iter().map(LagBody::from).collect(),
            lag_of_last: report.lag_of_last.into_iter().map(LagBody::from).collect(),
            flow: report.flow.into(),
            paths_cut: report.paths_cut,
            data_version: report.data_version,
        }
    }
}

impl From<PathRow> for PathBody {
    fn from(row: PathRow) -> Self {
        Self {
            path: row.path,
            steps: row.steps,
            figures: row.figures.into(),
            average_touches: row.average_touches,
            average_days: row.average_days,
        }
    }
}

impl From<LengthBucket> for LengthBody {
    fn from(bucket: LengthBucket) -> Self {
        Self {
            steps: bucket.steps,
            is_open: bucket.is_open,
            figures: bucket.figures.into(),
        }
    }
}

impl From<LagBucket> for LagBody {
    fn from(bucket: LagBucket) -> Self {
        Self {
            from_seconds: bucket.from_seconds,
            until_seconds: bucket.until_seconds,
            conversions: bucket.conversions,
            revenue: bucket.revenue,
        }
    }
}

impl From<Flow> for FlowBody {
    fn from(flow: Flow) -> Self {
        Self {
            branches: flow.branches.into_iter().map(BranchBody::from).collect(),
            nodes: flow.nodes.into_iter().map(NodeBody::from).collect(),
            links: flow.links.into_iter().map(LinkBody::from).collect(),
        }
    }
}

impl From<Branch> for BranchBody {
    fn from(branch: Branch) -> Self {
        Self {
            steps: branch.steps,
            end: match branch.end {
                End::Complete => EndBody::Complete,
                End::Further => EndBody::Further,
                End::Other => EndBody::Other,
            },
            figures: branch.figures.into(),
        }
    }
}

impl From<Node> for NodeBody {
    fn from(node: Node) -> Self {
        Self {
            id: node.id,
            position: node.position,
            step: node.step,
            figures: node.figures.into(),
            converted_here: node.converted_here,
            dropped_here: node.dropped_here,
        }
    }
}

impl From<Link> for LinkBody {
    fn from(link: Link) -> Self {
        Self {
            from: link.from,
            to: link.to,
            figures: link.figures.into(),
        }
    }
}
