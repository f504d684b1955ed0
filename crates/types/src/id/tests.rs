use super::*;

const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(7));

#[test]
fn the_same_row_has_the_same_id_and_another_source_another() {
    assert_eq!(RowId::derive(ORGANIZATION, "shopify", "1"), RowId::derive(ORGANIZATION, "shopify", "1"));
    assert_ne!(RowId::derive(ORGANIZATION, "shopify", "1"), RowId::derive(ORGANIZATION, "stripe", "1"));
    assert_ne!(RowId::derive(ORGANIZATION, "ab", "c"), RowId::derive(ORGANIZATION, "a", "bc"));
}

#[test]
fn organizations_never_share_a_customer() {
    let other = OrganizationId(Uuid::from_u128(8));
    assert_ne!(CustomerId::derive(ORGANIZATION, "c1"), CustomerId::derive(other, "c1"));
}

#[test]
fn customers_spread_evenly_over_the_leading_bits() {
    let mut counts = [0_u32; 16];
    for n in 0..16_000 {
        let id = CustomerId::derive(ORGANIZATION, &format!("customer-{n}"));
        counts[usize::from(id.as_bytes()[0] >> 4)] += 1;
    }
    assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
}

/// Stored rows depend on it: the ids are those of any implementation of version 5 UUIDs.
#[test]
fn ids_are_version_5_uuids_of_their_length_prefixed_parts() {
    for length in 0..200 {
        let external = "k".repeat(length);
        let name = [ORGANIZATION.as_bytes(), &b"\0\0\0\x03row\0\0\0\x04shop"[..], external.as_bytes()].concat();
        assert_eq!(
            RowId::derive(ORGANIZATION, "shop", &external).0,
            Uuid::new_v5(&NAMESPACE, &name),
            "{length}"
        );
    }
}
