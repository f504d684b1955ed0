use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;

fn table(rows: usize) -> RawTable {
    RawTable {
        columns: vec!["n".to_owned()],
        rows: vec![vec![Cell::Integer(1)]; rows],
        totals: Vec::new(),
        data_version: 1,
        is_truncated: false,
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

async fn ask(cache: &ResultCache, key: &str, computed: &AtomicUsize, rows: usize) -> Arc<RawTable> {
    let compute = async {
        computed.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(5)).await;
        Ok::<_, Infallible>(table(rows))
    };
    cache.get_or_compute(key.to_owned(), compute).await.unwrap()
}

#[test]
fn many_who_ask_at_once_compute_once() {
    let (cache, computed) = (ResultCache::new(1 << 20), AtomicUsize::new(0));
    block_on(async {
        let answers = futures::future::join_all((0..20).map(|_| ask(&cache, "a", &computed, 3))).await;
        assert!(answers.iter().all(|answer| answer.rows.len() == 3));
        ask(&cache, "a", &computed, 3).await;
    });
    assert_eq!(computed.load(Ordering::SeqCst), 1);
}

#[test]
fn the_answer_used_longest_ago_goes_first() {
    let (cache, computed) = (ResultCache::new(20_000), AtomicUsize::new(0));
    block_on(async {
        for key in ["a", "b", "a", "c", "a"] {
            ask(&cache, key, &computed, 100).await;
        }
        assert!(cache.lock().bytes <= 20_000);
        let before = computed.load(Ordering::SeqCst);
        ask(&cache, "a", &computed, 100).await;
        assert_eq!(computed.load(Ordering::SeqCst), before);
    });
}

#[test]
fn an_answer_that_is_given_up_is_computed_by_the_next() {
    let (cache, computed) = (ResultCache::new(1 << 20), AtomicUsize::new(0));
    block_on(async {
        {
            let mut given_up = std::pin::pin!(ask(&cache, "a", &computed, 1));
            assert!(futures::poll!(given_up.as_mut()).is_pending());
        }
        ask(&cache, "a", &computed, 1).await;
    });
    assert_eq!(computed.load(Ordering::SeqCst), 2);
}

#[test]
fn failures_are_not_kept() {
    let cache = ResultCache::new(1 << 20);
    block_on(async {
        let failed = cache.get_or_compute("a".to_owned(), async { Err::<RawTable, _>("no") }).await;
        assert_eq!(failed.unwrap_err(), "no");
        assert!(cache.lock().by_key.is_empty());
        assert_eq!(cache.lock().bytes, 0);
    });
}
