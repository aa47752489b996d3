//! What a row tells of what has become of it.

use gateway::lookup::published::Announcer;
use store::{Asked, Version};

use crate::console::{Console, MANAGED_DOMAINS, SMART_HOSTS, now};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_row_says_how_far_its_change_has_come() {
    let console = Console::new().await;
    let route = console.route("example.com", "mail.example.net").await;
    console
        .get(SMART_HOSTS)
        .await
        .hides("ublished")
        .hides("Asked for");
    let mut announcer = Announcer::new(console.folder()).unwrap();
    let said = async |text: &str| {
        console.get(SMART_HOSTS).await.shows(text);
    };
    said("Saved, not yet published").await;
    announcer.announce(route.version).unwrap();
    said("Published, not asked for yet").await;
    let asked = |last_at| Asked { count: 2, last_at };
    console
        .store
        .add_asked(vec![(route.id, asked(now()))])
        .await
        .unwrap();
    said("Asked for 2 times, last just now").await;
    // A later change makes it unpublished again.
    announcer.announce(Version(route.version.0 - 1)).unwrap();
    said("Saved, not yet published").await;
    drop(announcer);
    said("Saved; nobody answers Postfix, which last asked just now").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn managed_domains_say_it_too() {
    let console = Console::new().await;
    let managed = console.managed("example.com", "mail.example.net").await;
    let mut announcer = Announcer::new(console.folder()).unwrap();
    announcer.announce(managed.version).unwrap();
    console
        .get(MANAGED_DOMAINS)
        .await
        .shows("Published, not asked for yet");
}
