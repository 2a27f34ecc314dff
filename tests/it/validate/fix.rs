//! `--fix` and `--schema`: what is mechanical is mended, and kinds of users are judged too.

use serde_json::Value as Json;

use crate::support::{a8ctl, run, text};

const FLAWED: &str = "# kept
apiVersion: policy/v1beta1   # an old one
kind: PodDisruptionBudget
metadata:
  name: web
  labels: { count: 1, on: yes }
spec:
  maxUnavailble: 1 # misspelled
  unhealthyPodEvictionPolicy: AlwaysAlow
  selector:
    matchLabels: {app: web}
";

const MENDED: &str = "# kept
apiVersion: policy/v1   # an old one
kind: PodDisruptionBudget
metadata:
  name: web
  labels: { count: \"1\", on: \"yes\" }
spec:
  maxUnavailable: 1 # misspelled
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {app: web}
";

const BALANCER: &str = "defaults
    mode http
    option redispatch
    option httpchk GET /
    retries 0 # so far
    timeout connect 1s
    timeout client 1s
    timeout server 1s
backend web
    server a 192.0.2.1:80   # the first
    server b 192.0.2.2:80
";

#[test]
fn what_is_mechanical_is_mended_and_nothing_else_is_touched() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("a.yaml"), FLAWED).unwrap();
    std::fs::write(path("haproxy.cfg"), BALANCER).unwrap();
    std::fs::set_permissions(path("a.yaml"), std::fs::Permissions::from_mode(0o640)).unwrap();
    let fix = || run(a8ctl(&["validate", "--fix", "--format", "json"]).arg(directory.path()));
    let output = fix();
    assert!(text(&output.stderr).contains("findings fixed"), "{}", text(&output.stderr));
    let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    // A version that is gone is looked at no further: what is wrong with its fields is seen the next time.
    fix();
    assert_eq!(read("a.yaml"), MENDED);
    assert_eq!(std::fs::metadata(path("a.yaml")).unwrap().permissions().mode() & 0o777, 0o640);
    let balancer =
        BALANCER.replace("retries 0", "retries 3").replace(":80 ", ":80 check ").replace(":80\n", ":80 check\n");
    assert_eq!(read("haproxy.cfg"), balancer);
    let said: Json = serde_json::from_slice(&fix().stdout).unwrap();
    let rules: Vec<&str> = said["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["dangling-budget"]);
    assert_eq!((read("a.yaml").as_str(), read("haproxy.cfg")), (MENDED, balancer));
}

const DEFINITION: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: shops.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { kind: Shop, plural: shops }
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [color]
            properties:
              color: { type: string, enum: [green, red] }
              size: { x-kubernetes-int-or-string: true }
              more: { type: object, x-kubernetes-preserve-unknown-fields: true }
";

#[test]
fn kinds_of_users_are_judged_by_their_schemas() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("definition.yaml"), DEFINITION).unwrap();
    let shop =
        |spec: &str| format!("apiVersion: example.org/v1\nkind: Shop\nmetadata: {{ name: a }}\nspec: {{ {spec} }}\n");
    let rules = |args: &[&str], spec: &str| -> Vec<String> {
        std::fs::write(path("shop.yaml"), shop(spec)).unwrap();
        let mut command = a8ctl(&["validate", "--format", "json"]);
        let output = run(command.args(args).current_dir(directory.path()));
        let said: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
        said["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap().to_owned()).collect()
    };
    let given = ["--schema", "definition.yaml", "shop.yaml"];
    assert_eq!(rules(&given, "color: green, size: 3, more: { a: 1 }"), [""; 0]);
    assert_eq!(rules(&given, "color: gren"), ["bad-enum"]);
    assert_eq!(rules(&given, "size: 3"), ["missing-field"]);
    assert_eq!(rules(&given, "color: red, colour: red"), ["unknown-field"]);
    // Beside what defines it, and without anything that does.
    assert_eq!(rules(&["definition.yaml", "shop.yaml"], "color: 1"), ["wrong-type"]);
    assert_eq!(rules(&["shop.yaml"], "color: green"), ["unknown-kind"]);
    assert_eq!(rules(&["--allow-kind", "Shop", "shop.yaml"], "color: 1"), [""; 0]);
    let json = r#"{ "type": "object", "properties": { "spec": { "type": "object", "additionalProperties": false } } }"#;
    std::fs::create_dir_all(path("schemas/example.org")).unwrap();
    std::fs::write(path("schemas/example.org/shop_v1.json"), json).unwrap();
    assert_eq!(rules(&["--schema", "schemas", "shop.yaml"], "color: green"), ["unknown-field"]);
}
