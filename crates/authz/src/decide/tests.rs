use expect_test::expect;
use types::UserId;

use super::*;

/// One letter a role (admin, marketing manager, campaign manager, analyst, viewer): `+` allowed, `c` only for assigned campaigns, `p` only if
/// published, `.` never.
fn matrix() -> String {
    let mut out = String::new();
    for action in Action::ALL {
        let cells: String = Role::ALL.into_iter().map(|role| cell(role, action)).collect();
        out.push_str(&format!("{cells} {action:?}\n"));
    }
    out
}

fn cell(role: Role, action: Action) -> char {
    let may = |is_assigned_campaign, is_published| {
        let actor = Actor::User { id: UserId(uuid()), role };
        decide(
            actor,
            action,
            Facts {
                is_assigned_campaign,
                is_published,
            },
        ) == Decision::Allow
    };
    match (may(false, false), may(true, false), may(false, true)) {
        (true, ..) => '+',
        (false, true, _) => 'c',
        (false, false, true) => 'p',
        (false, false, false) => '.',
    }
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::from_u128(1)
}

#[test]
fn the_whole_permission_table() {
    expect![[r#"
        +++++ Public
        +++++ OwnSession
        ++... ViewSources
        +.... ManageSources
        +.... IngestEvents
        ++c+p ViewReports
        ++c+p ViewAttribution
        ++c+. CalculateAttribution
        +.... ManageAttribution
        ++... ViewMetrics
        +.... ViewServerMetrics
    "#]]
    .assert_eq(&matrix());
}

#[test]
fn a_write_key_can_only_ingest() {
    let allowed: Vec<_> = Action::ALL
        .into_iter()
        .filter(|&action| decide(Actor::WriteKey, action, Facts::default()) == Decision::Allow)
        .collect();
    assert_eq!(allowed, [Action::Public, Action::IngestEvents]);
}
