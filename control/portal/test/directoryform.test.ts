import { expect, test } from "vitest";
import { settingsOf } from "../src/pages/directoryform";

test("settings that are not on the form stay, empty ones go", () => {
    const before = { url: "ldaps://dc1.example.org", baseDn: "dc=example,dc=org", groupAttribute: "memberOf", userFilter: "(uid={0})" };
    const values = { "settings.url": " ldaps://dc2.example.org ", "settings.baseDn": "dc=example,dc=org", "settings.userFilter": "", "settings.caPem": "-----BEGIN" };
    expect(settingsOf("ldap", before, values)).toEqual({
        url: "ldaps://dc2.example.org", baseDn: "dc=example,dc=org", groupAttribute: "memberOf", caPem: "-----BEGIN",
    });
});

test("a kind of directory takes no settings of another", () => {
    const values = { "settings.url": "ldaps://dc1.example.org", "settings.metadata": "<x/>" };
    expect(settingsOf("saml", {}, values)).toEqual({ metadata: "<x/>" });
    expect(settingsOf("oidc", {}, values)).toEqual({});
});
