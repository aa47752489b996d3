//! Nothing that the console answers gives a secret away, whoever asks and whatever is typed.

use access::{NewPassword, RecoveryCode, Role};
use axum::body::Body;
use axum::http::Method;
use routing::{Account, Comment, Format, NextHop, Password, TlsPolicy, UserName};
use secrecy::zeroize::Zeroizing;
use store::{HeldQuery, Login, NewPerson, RowId, SmartHostInput, Version};

use crate::console::{Answer, Console, by, request_of};
use crate::mail_server::mail_server;
use crate::secrets::Secrets;

/// That of a smart host.
const STORED: &str = "canary-7";
/// That of a person.
const PASSWORD: &str = "canary-that-signs-in";
/// What second factors are made of: 20 bytes.
const SEED: &[u8; 20] = b"canary-of-the-device";
/// What is typed into forms that are refused.
const TYPED: &str = "canary-that-is-typed";

/// A console with all kinds of secrets, and what there is to ask for.
struct Cage {
    console: Console,
    secrets: Secrets,
    /// Anna, who is an administrator, is signed in.
    cookie: String,
    /// A query that every page finds something of its own in.
    query: String,
    /// The port of the smart host.
    port: u16,
}

impl Cage {
    async fn new() -> Self {
        let (console, port) = (Console::new().await, mail_server().await);
        let route = console.route("example.com", "127.0.0.1").await;
        let gone = console.route("gone.example", "mail.example.net").await;
        console.delete(&gone).await;
        smart_host(&console, port).await;
        let (anna, hash) = person(&console).await;
        let seed = Zeroizing::new(SEED.to_vec());
        let codes = RecoveryCode::set().unwrap();
        let kept = codes.iter().map(RecoveryCode::digest).collect();
        let (by, name) = (by(), "anna".parse().unwrap());
        let set = console
            .store
            .set_second_factor(&by, &name, seed, 0, kept, None);
        set.await.unwrap();
        let cookie = console.session(anna, 7).await;
        let held = console.store.held(HeldQuery::default()).await.unwrap();
        let key = std::fs::read_to_string(console.folder().join("smart-hosts.key")).unwrap();
        let in_words = access::Seed::from_bytes(SEED).unwrap().in_words();
        let base32 = in_words.replace(' ', "");
        let mut secrets = Secrets::default()
            .and("the password of a smart host", STORED.as_bytes())
            .and("the password of a person", PASSWORD.as_bytes())
            .and("what was typed", TYPED.as_bytes())
            .and("a hash", hash.as_bytes())
            .and("a seed", SEED)
            .and("a seed in base32", base32.as_bytes())
            .and("a seed in words", in_words.as_bytes())
            .and("the key", key.trim().as_bytes());
        for code in &codes {
            secrets = secrets.and("a recovery code", code.expose().as_bytes());
        }
        let query = format!(
            "host=127.0.0.1&port={port}&id={}&row={}&name=anna&address=x%40example.com&after=0&done=x",
            route.id.0, held.rows[0].id.0,
        );
        Self {
            console,
            secrets,
            cookie,
            query,
            port,
        }
    }

    /// Fails if an answer gives anything away.
    #[track_caller]
    fn check(&self, place: &str, answer: &Answer) {
        let all = format!("{:?}\n{}", answer.headers, answer.body);
        self.secrets.are_not_in(place, &all);
    }

    async fn get(&self, path: &str) -> Answer {
        let request = request_of(Some(&self.cookie), Method::GET, path);
        let request = request.header("accept", "text/html").body(Body::empty());
        let answer = self.console.send(request.unwrap()).await;
        self.check(path, &answer);
        answer
    }

    async fn post(&self, cookie: Option<&str>, path: &str, kind: &str, body: &str) -> Answer {
        let request = request_of(cookie, Method::POST, path)
            .header("content-type", kind)
            .header("accept", "text/html,application/json")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let answer = self.console.send(request).await;
        self.check(&format!("{path}, sent {body}"), &answer);
        answer
    }

    /// The paths of this method.
    fn paths(&self, method: &Method) -> Vec<String> {
        let doors = self.console.doors.iter();
        let doors = doors.filter(|door| door.method == *method);
        doors.map(|door| door.path.clone()).collect()
    }

    /// Looks at everything there is to see; returns how many pages showed what they are for.
    async fn walk(&self) -> usize {
        let mut shown = 0;
        for path in self.paths(&Method::GET) {
            for query in ["", &self.query] {
                let answer = self.get(&format!("{path}?{query}")).await;
                shown += usize::from(answer.status == 200);
            }
            if path.ends_with("/export") {
                for format in Format::ALL {
                    let file = self.get(&format!("{path}?format={format}")).await;
                    assert_eq!(file.status, 200, "{path} {format}");
                }
            }
        }
        let latest = self.console.store.latest().await.unwrap().0;
        for change in 1..=latest {
            let undo = self.get(&format!("/activity/undo?change={change}")).await;
            assert_eq!(undo.status, 200);
            self.get(&format!("/activity/as-it-was?after={change}"))
                .await;
        }
        shown
    }
}

/// Sets a smart host up that takes [`STORED`].
async fn smart_host(console: &Console, port: u16) {
    let input = SmartHostInput {
        next_hop: NextHop {
            host: "127.0.0.1".parse().unwrap(),
            port: port.try_into().unwrap(),
        },
        tls: TlsPolicy::None,
        login: Login::Set(Account {
            user: UserName::parse("anna").unwrap(),
            password: Password::parse(STORED).unwrap(),
        }),
        login_reason: Comment::parse("here only").unwrap(),
        comment: Comment::default(),
    };
    let by = by();
    let set = console.store.set_smart_host(&by, Version(0), input);
    set.await.unwrap();
}

/// Adds anna, and returns what is kept of [`PASSWORD`].
async fn person(console: &Console) -> (RowId, String) {
    let name = "anna".parse().unwrap();
    let password = NewPassword::parse(PASSWORD.into(), &name).unwrap();
    let hash = password.hash().unwrap();
    let new = NewPerson {
        name,
        role: Role::Administrator,
        password_hash: hash.clone(),
    };
    let added = console.store.add_person(&by(), new).await.unwrap();
    (added.id, hash)
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// What can be wrong with a form in which secrets are typed.
fn forms(port: u16) -> Vec<String> {
    let secrets =
        format!("password={TYPED}&password_new={TYPED}&password_again={TYPED}-2&code={TYPED}");
    vec![
        format!("host=127.0.0.1&port={port}&version=0&tls=none&user=an%3Ana&{secrets}"),
        format!("host=&port=x&name=a+b&role=king&do=add&required=x&end=x&{secrets}"),
        // As far as it can be understood, it is right, but for the password.
        format!(
            "host=127.0.0.1&port={port}&version=0&tls=none&user=anna&login_reason=here&name=bert\
             &role=viewer&do=add&{secrets}"
        ),
        // Nor is it given away by what could not be read.
        format!("password={TYPED}&password={TYPED}&password_new[]={TYPED}&code={TYPED}%ff"),
        // Somebody was signed out while they typed.
        format!("name=nobody&password={TYPED}&carried_to=%2Fpeople&carried=password%3D{TYPED}"),
    ]
}

/// The same for functions that a living page calls.
fn calls() -> [String; 4] {
    [
        format!(r#"{{"name":"anna","password":"{TYPED}","code":"{TYPED}"}}"#),
        format!(r#"{{"name":"anna","password":["{TYPED}"],"code":{{"{TYPED}":1}}}}"#),
        format!(r#"{{"password":"{TYPED}"}}"#),
        format!(r#"{{"name":"anna","password":"{TYPED}"#),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_secret_is_in_any_answer() {
    let cage = Cage::new().await;
    let shown = cage.walk().await;
    assert!(shown > 40, "only {shown} pages had something to show");

    // Whoever is signed in, and nobody.
    for cookie in [Some(cage.cookie.as_str()), None] {
        let mut paths = cage.paths(&Method::POST);
        // Here the session ends.
        paths.retain(|path| path != "/sign-out" && path != "/account/sessions");
        for path in &paths {
            if path.starts_with("/api/") {
                for call in calls() {
                    cage.post(cookie, path, JSON, &call).await;
                }
            } else {
                for form in forms(cage.port) {
                    cage.post(cookie, path, FORM, &form).await;
                }
            }
        }
    }

    let form = format!("name=anna&password={TYPED}");
    for path in ["/sign-in", "/sign-in/code"] {
        cage.post(None, path, FORM, &form).await;
    }

    // What is stored is used, and shown nowhere.
    let port = cage.port;
    let form = format!("host=127.0.0.1&port={port}");
    let tested = cage
        .post(Some(&cage.cookie), "/smtp/test", FORM, &form)
        .await;
    tested.shows("Mail would be delivered");
    // All that has left its traces.
    cage.walk().await;
}
