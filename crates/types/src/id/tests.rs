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
