//! Snapshots, all in `tests/snapshots`.

/// Compares a text with the snapshot of that name. Both databases share it: a name, never insta's own numbering.
///
/// `INSTA_UPDATE=always cargo test` writes what has changed; in CI a missing or different snapshot fails.
pub fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
