//! Two organisations in one data directory never see each other.

use serde_json::Value;

use crate::tributary::{Tributary, repository};

#[test]
fn one_organisation_never_sees_anothers_rows() {
    let tributary = Tributary::with_shop();
    tributary.json(&["init", "--org", "rival"]);
    let (map, data) = (
        repository("examples/kaggle/map.yaml"),
        repository("examples/kaggle/attribution_data.csv.gz"),
    );
    tributary.json(&[
        "import",
        "--org",
        "rival",
        "--source",
        "kaggle",
        "--map",
        map.to_str().unwrap(),
        data.to_str().unwrap(),
    ]);
    assert_eq!(tributary.figure("touches"), "0");
    let rows = tributary.json(&["attribute", "--org", "shop", "--model", "linear"]);
    assert_eq!(rows.as_array().unwrap().len(), 1, "only the empty unattributed row: {rows}");
    assert_eq!(rows[0]["channel"], Value::Null);
}
