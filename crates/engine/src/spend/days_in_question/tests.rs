use super::*;

fn file(level: Option<&str>, days: Days, source: &str) -> Extent {
    Extent {
        level: level.map(str::to_owned),
        days,
        sources: Some((source.to_owned(), source.to_owned())),
    }
}

#[test]
fn files_of_one_level_leave_nothing_open() {
    assert_eq!(days_of(&[]), None);
    let files = [file(Some("ad"), (0, 30), "meta"), file(Some("ad"), (10, 40), "meta")];
    assert_eq!(days_of(&files), None);
}

#[test]
fn a_file_of_several_levels_leaves_its_days_open() {
    let files = [file(Some("ad"), (0, 30), "meta"), file(None, (31, 60), "meta")];
    assert_eq!(days_of(&files), Some((31, 60)));
    assert_eq!(days_of(&files[1..]), Some((31, 60)));
}

#[test]
fn levels_part_only_where_their_files_overlap() {
    let apart = [
        file(Some("ad"), (0, 30), "meta"),
        file(Some("campaign"), (0, 30), "google"),
        file(Some("campaign"), (31, 60), "meta"),
    ];
    assert_eq!(days_of(&apart), None);
    let overlapping = [
        file(Some("ad"), (0, 30), "meta"),
        file(Some("ad"), (31, 60), "meta"),
        file(Some("campaign"), (60, 90), "meta"),
    ];
    assert_eq!(days_of(&overlapping), Some((31, 90)));
}

#[test]
fn what_is_not_known_is_open() {
    let anywhere = Extent {
        level: Some("campaign".to_owned()),
        days: ALL_DAYS,
        sources: None,
    };
    assert_eq!(days_of(&[file(Some("ad"), (0, 30), "meta"), anywhere]), Some(ALL_DAYS));
}
