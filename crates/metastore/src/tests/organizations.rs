use authz::OrgContext;
use expect_test::expect;
use types::{Currency, OrganizationId};

use super::{clock, organization};
use crate::database::sql;
use crate::{Metastore, NewOrganization};

pub(super) async fn an_organisation_is_found_by_name_whatever_the_capitals(metastore: Metastore) {
    let (created, context) = organization(&metastore, " Alder & Fell ").await;
    assert_eq!(created.name, "Alder & Fell");
    assert_eq!(metastore.organization_by_name("ALDER & fell").await.unwrap(), Some(created.clone()));
    assert_eq!(metastore.organization(&context).await.unwrap(), created);
    assert_eq!(metastore.organizations().await.unwrap(), [created]);
    assert_eq!(metastore.organization_by_name("Alder").await.unwrap(), None);
}

pub(super) async fn two_organisations_with_one_name_are_refused_with_a_remedy(metastore: Metastore) {
    organization(&metastore, "Größe").await;
    let new = NewOrganization {
        name: "GRÖßE".to_owned(),
        currency: Currency::USD,
        zone: "UTC".to_owned(),
    };
    let error = metastore.create_organization(&clock(), new).await.unwrap_err();
    expect![[
        r#"an organisation named `GRÖßE` exists already (capitals do not count): choose another name, or use the existing one with --org "GRÖßE""#
    ]]
    .assert_eq(&error.to_string());
    assert_eq!(metastore.organizations().await.unwrap().len(), 1);
}

pub(super) async fn a_name_without_letters_or_an_unknown_zone_is_refused(metastore: Metastore) {
    let refusal = async |name: &str, zone: &str| {
        let new = NewOrganization {
            name: name.to_owned(),
            currency: Currency::EUR,
            zone: zone.to_owned(),
        };
        metastore.create_organization(&clock(), new).await.unwrap_err().to_string()
    };
    expect!["`` cannot name an organisation: it is empty"].assert_eq(&refusal("  ", "UTC").await);
    expect!["`a\u{7}b` cannot name an organisation: it contains control characters"].assert_eq(&refusal("a\u{7}b", "UTC").await);
    expect!["`Europe/Berlim` is not a time zone: use an IANA name such as Europe/Berlin or UTC"].assert_eq(&refusal("demo", "Europe/Berlim").await);
    assert_eq!(metastore.organizations().await.unwrap(), []);
}

pub(super) async fn bad_stored_data_names_table_column_and_row(metastore: Metastore) {
    let (created, context) = organization(&metastore, "demo").await;
    let statement = sql("organizations", "UPDATE organizations SET currency = 'EURO' WHERE id = $1").bind(created.id);
    metastore.database.write_one(statement).await.unwrap();
    let error = metastore.organization(&context).await.unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "table `organizations`, column `currency`, row `{}`: holds `EURO`, which is not a currency",
            created.id
        )
    );
    assert_eq!(metastore.doctor().await.unwrap(), [error]);
}

pub(super) async fn an_unknown_organisation_is_named(metastore: Metastore) {
    let context = OrgContext::system(OrganizationId::from_bytes([7; 16]));
    let error = metastore.organization(&context).await.unwrap_err();
    expect!["there is no organisation 07070707-0707-0707-0707-070707070707"].assert_eq(&error.to_string());
    assert_eq!(metastore.doctor().await.unwrap(), Vec::<String>::new());
}
