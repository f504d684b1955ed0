use authz::Role;
use expect_test::expect;

use super::{clock, instant, organization, user};
use crate::{Membership, Metastore, NewSession, NewUser, PasswordHash};

const TOKEN: [u8; 32] = [9; 32];

pub(super) async fn a_person_is_found_by_address_whatever_the_capitals(metastore: Metastore) {
    let created = user(&metastore, "Mara@Alder.example").await;
    assert_eq!(metastore.user_by_email(" mara@alder.EXAMPLE").await.unwrap(), Some(created.clone()));
    assert_eq!(metastore.user(created.id).await.unwrap(), Some(created.clone()));
    assert_eq!(metastore.user_by_email("jon@alder.example").await.unwrap(), None);
    assert!(!format!("{created:?}").contains("argon2"), "a password hash is never printed");
}

pub(super) async fn one_address_has_one_account(metastore: Metastore) {
    user(&metastore, "mara@alder.example").await;
    let refusal = async |email: &str| {
        let new = NewUser {
            email: email.to_owned(),
            name: "Jon".to_owned(),
            password_hash: PasswordHash(String::new()),
        };
        metastore.create_user(&clock(), new).await.unwrap_err().to_string()
    };
    expect!["somebody with the e-mail address `MARA@alder.example` exists already"].assert_eq(&refusal("MARA@alder.example").await);
    expect!["`mara` is not an e-mail address"].assert_eq(&refusal("mara").await);
    expect!["`mara lind@alder.example` is not an e-mail address"].assert_eq(&refusal("mara lind@alder.example").await);
}

pub(super) async fn a_session_ends_when_idle_when_old_and_on_sign_out(metastore: Metastore) {
    signed_in(&metastore).await;
    let is_live = async |at: &str| metastore.session_by_token_hash(TOKEN, instant(at)).await.unwrap().is_some();
    assert!(is_live("2026-11-20T19:59:59Z").await);
    assert!(!is_live("2026-11-20T20:00:00Z").await, "idle for 12 hours");

    metastore.extend_session(TOKEN, instant("2026-12-24T00:00:00Z")).await.unwrap();
    assert!(is_live("2026-11-27T07:59:59Z").await);
    assert!(!is_live("2026-11-27T08:00:00Z").await, "seven days old, however much it was used");

    assert_eq!(metastore.delete_expired_sessions(instant("2026-11-27T07:59:59Z")).await.unwrap(), 0);
    assert!(metastore.delete_session(TOKEN).await.unwrap());
    assert!(!metastore.delete_session(TOKEN).await.unwrap());
    assert!(!is_live("2026-11-20T09:00:00Z").await);
}

pub(super) async fn a_changed_role_acts_in_open_sessions_and_a_removed_member_has_none(metastore: Metastore) {
    let (context, user_id) = signed_in(&metastore).await;
    let session = async || metastore.session_by_token_hash(TOKEN, instant("2026-11-20T09:00:00Z")).await.unwrap();
    assert_eq!(session().await.unwrap().role, Role::OrganizationAdmin);

    metastore.add_membership(&context, user_id, Role::Viewer).await.unwrap();
    assert_eq!(session().await.unwrap().role, Role::Viewer);
    let expected = Membership {
        organization_id: context.organization_id(),
        user_id,
        role: Role::Viewer,
    };
    assert_eq!(metastore.memberships(user_id).await.unwrap(), [expected]);

    assert!(metastore.remove_membership(&context, user_id).await.unwrap());
    assert_eq!(session().await, None);
    assert_eq!(metastore.memberships(user_id).await.unwrap(), []);
}

pub(super) async fn a_write_key_names_its_organisation(metastore: Metastore) {
    let (_, alder) = organization(&metastore, "Alder").await;
    let (_, fell) = organization(&metastore, "Fell").await;
    metastore.create_write_key(&alder, "shop", [1; 32]).await.unwrap();
    metastore.create_write_key(&fell, "shop", [2; 32]).await.unwrap();
    assert_eq!(
        metastore.write_key_by_hash([2; 32]).await.unwrap(),
        Some((fell.organization_id(), "shop".to_owned()))
    );
    assert_eq!(metastore.write_key_by_hash([3; 32]).await.unwrap(), None);
    assert_eq!(metastore.write_keys(&alder).await.unwrap(), ["shop"]);
    let error = metastore.create_write_key(&alder, "shop", [4; 32]).await.unwrap_err();
    expect!["the write key `shop` exists already: choose another name"].assert_eq(&error.to_string());
}

async fn signed_in(metastore: &Metastore) -> (authz::OrgContext, types::UserId) {
    let (organization, context) = organization(metastore, "Alder").await;
    let user = user(metastore, "mara@alder.example").await;
    metastore.add_membership(&context, user.id, Role::OrganizationAdmin).await.unwrap();
    let session = NewSession {
        token_hash: TOKEN,
        organization_id: organization.id,
        user_id: user.id,
        created_at: instant("2026-11-20T08:00:00Z"),
        idle_expires_at: instant("2026-11-20T20:00:00Z"),
        expires_at: instant("2026-11-27T08:00:00Z"),
    };
    metastore.create_session(session).await.unwrap();
    (context, user.id)
}
