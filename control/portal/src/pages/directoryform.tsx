import { useState } from "preact/hooks";
import { api, got, ifMatch } from "../api/client";
import type { Directory } from "../api/types";
import { type FormState, useForm } from "../state/form";
import { invalidate, useQuery } from "../state/queries";
import { toast, toastError } from "../state/toasts";
import { CopyButton } from "../ui/controls";
import { FormDialog } from "../ui/dialogs";
import { Advanced, Choice, Switch, Text } from "../ui/fields";
import { Facts, Loaded } from "../ui/parts";

type Kind = "ldap" | "oidc" | "saml";

interface Setting {
    key: string;
    label: string;
    hint?: string;
    secret?: boolean;
    rows?: number;
}

export const KINDS: { value: Kind; label: string; short: string }[] = [
    { value: "ldap", label: "LDAP or Active Directory", short: "LDAP" },
    { value: "oidc", label: "OpenID Connect", short: "OpenID Connect" },
    { value: "saml", label: "SAML 2.0", short: "SAML" },
];

const SETTINGS: Record<Kind, Setting[]> = {
    ldap: [
        { key: "url", label: "Server", hint: "ldaps://dc1.example.org" },
        { key: "baseDn", label: "Base DN", hint: "dc=example,dc=org" },
        { key: "bindDn", label: "Bind as", hint: "An account that may search." },
        { key: "bindPassword", label: "Its password", secret: true },
        { key: "userFilter", label: "User filter", hint: "(&(objectClass=person)(sAMAccountName={0}))" },
        { key: "nameAttribute", label: "Attribute with the user name", hint: "uid if empty; sAMAccountName in Active Directory" },
        { key: "groupFilter", label: "Group filter", hint: "(member={0})" },
    ],
    oidc: [
        { key: "issuer", label: "Issuer", hint: "https://login.example.org" },
        { key: "clientId", label: "Client id" },
        { key: "clientSecret", label: "Client secret", secret: true },
        { key: "scopes", label: "Scopes", hint: "openid profile email" },
        { key: "groupsClaim", label: "Claim with the groups", hint: "groups" },
    ],
    saml: [
        { key: "nameAttribute", label: "Attribute with the user name", hint: "The NameID if empty." },
        { key: "groupsAttribute", label: "Attribute with the groups", hint: "groups, memberOf and their usual long names if empty" },
    ],
};

const ADVANCED: Record<Kind, Setting[]> = {
    ldap: [
        { key: "caPem", label: "Authorities to trust", hint: "Certificates in PEM, in place of the usual ones.", rows: 4 },
        { key: "groupBaseDn", label: "Groups below", hint: "Groups elsewhere do not count. The base DN if empty." },
        { key: "idAttribute", label: "Attribute that is never given again", hint: "entryUUID if empty; objectGUID in Active Directory" },
        { key: "displayNameAttribute", label: "Attribute with the full name", hint: "cn if empty; displayName in Active Directory" },
        { key: "mailAttribute", label: "Attribute with the address", hint: "mail if empty" },
    ],
    oidc: [
        { key: "nameClaim", label: "Claim with the user name", hint: "preferred_username if empty" },
        { key: "displayNameClaim", label: "Claim with the full name", hint: "name if empty" },
        { key: "mailClaim", label: "Claim with the address", hint: "email if empty" },
    ],
    saml: [
        { key: "idAttribute", label: "Attribute that is never given again", hint: "The NameID if empty; it must not be transient then." },
        { key: "displayNameAttribute", label: "Attribute with the full name", hint: "displayName, cn and their usual long names if empty" },
        { key: "mailAttribute", label: "Attribute with the address", hint: "mail, email and their usual long names if empty" },
        { key: "nameIdFormat", label: "NameID format to ask for", hint: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" },
        { key: "requestKey", label: "Key for signing requests", hint: "An RSA key in PEM (PKCS #8), if the provider wants signed requests.", secret: true },
    ],
};

/** What a provider is, when it has no metadata. */
const BY_HAND: Setting[] = [
    { key: "entityId", label: "Entity id of the provider" },
    { key: "ssoUrl", label: "Address for logins", hint: "That for HTTP-Redirect, such as https://login.example.org/sso" },
    { key: "certificates", label: "Certificates by which it signs", hint: "In PEM.", rows: 4 },
];

/** `group = role` per line. */
function mappingText(mapping: Record<string, string>): string {
    return Object.entries(mapping).map(([group, role]) => `${group} = ${role}`).join("\n");
}

function mappingOf(text: string): Record<string, string> {
    const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    return Object.fromEntries(lines.map((line) => {
        const at = line.lastIndexOf("=");
        if (at <= 0) {
            throw new Error(`“${line}” is no mapping: write group = role.`);
        }
        return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }));
}

type Values = { name: string; kind: Kind; enabled: boolean; mapping: string } & Record<string, unknown>;

/** What was set elsewhere and is not on the form stays. */
export function settingsOf(kind: Kind, before: Record<string, string>, values: Record<string, unknown>): Record<string, string> {
    const settings = { ...before };
    for (const { key } of [...SETTINGS[kind], ...ADVANCED[kind], ...(kind === "saml" ? [{ key: "metadata" }, ...BY_HAND] : [])]) {
        const value = String(values[`settings.${key}`] ?? "").trim();
        if (value === "") {
            delete settings[key];
        } else {
            settings[key] = value;
        }
    }
    return settings;
}

function SettingFields({ form, settings, kept }: { form: FormState<Values>; settings: Setting[]; kept: boolean }) {
    return settings.map((one) => (
        <Text
            key={one.key}
            form={form}
            name={`settings.${one.key}`}
            label={one.label}
            mono
            {...(one.rows !== undefined && { rows: one.rows })}
            {...(one.secret && { type: "password" as const, autocomplete: "new-password" })}
            hint={one.secret && kept ? "Leave it empty to keep the present one." : one.hint}
        />
    ));
}

/** What the provider has to be told. */
function OurSide() {
    const ours = useQuery("login/saml", () => got(api.GET("/login/saml")));
    const shown = (text: string) => <span class="row"><span class="mono">{text}</span><CopyButton text={text} /></span>;
    return (
        <Loaded query={ours} retry={() => invalidate("login/saml")}>
            {(us) => (
                <Facts items={[
                    ["Our entity id", shown(us.entityId)],
                    ["Our ACS URL", shown(us.acsUrl)],
                    ["Our metadata", <a href={us.metadataUrl} download="sekisho-saml-metadata.xml">Download</a>],
                ]} />
            )}
        </Loaded>
    );
}

function MetadataFields({ form, kept }: { form: FormState<Values>; kept: boolean }) {
    const load = async (file: File | undefined): Promise<void> => {
        if (file !== undefined) {
            form.set("settings.metadata", await file.text());
        }
    };
    const byHand = BY_HAND.some(({ key }) => (form.values.value[`settings.${key}`] ?? "") !== "");
    return (
        <>
            <p class="hint">Enter this at the provider, then bring its metadata here.</p>
            <OurSide />
            <Text form={form} name="settings.metadata" label="Metadata of the provider" rows={5} mono hint="Paste the XML, or take a file." />
            <input
                class="input"
                type="file"
                accept=".xml,text/xml,application/xml,application/samlmetadata+xml"
                aria-label="File with the metadata of the provider"
                onChange={(event) => void load(event.currentTarget.files?.[0]).catch(toastError)}
            />
            <Advanced label="Without metadata" open={byHand}>
                <SettingFields form={form} settings={BY_HAND} kept={kept} />
            </Advanced>
        </>
    );
}

export function DirectoryDialog({ directory, onClose }: { directory: Directory | undefined; onClose: () => void }) {
    const [base, setBase] = useState(directory);
    const form = useForm({
        name: base?.name ?? "", kind: base?.kind ?? "ldap", enabled: base?.enabled ?? true, mapping: mappingText(base?.groupRoles ?? {}),
        ...Object.fromEntries(Object.entries(base?.settings ?? {}).map(([key, value]) => [`settings.${key}`, value])),
    } as Values, [base]);
    const kind = form.values.value.kind;
    const kept = directory !== undefined;
    const save = async (values: Values, version?: number): Promise<void> => {
        const settings = settingsOf(kind, base?.settings ?? {}, values);
        const body = { name: values.name.trim(), kind, enabled: values.enabled, settings, groupRoles: mappingOf(values.mapping) };
        if (directory === undefined) {
            await api.POST("/directories", { body });
        } else {
            await api.PUT("/directories/{id}", { params: { path: { id: directory.id } }, body, headers: ifMatch(version) });
        }
        await invalidate("directories");
        toast(directory === undefined ? "Connected. Test it before people rely on it." : "Saved.");
    };
    return (
        <FormDialog
            title={directory === undefined ? "Connect a directory" : `Edit ${directory.name}`}
            submit={directory === undefined ? "Connect" : "Save"}
            form={form}
            onClose={onClose}
            save={(values) => save(values, base?.version)}
            {...(directory !== undefined && {
                onOverwrite: (values: Values) => save(values),
                onReload: async () => setBase(await got(api.GET("/directories/{id}", { params: { path: { id: directory.id } } }))),
            })}
        >
            <div class="pair">
                <Text form={form} name="name" label="Name" autoFocus hint="People choose it at login." />
                {kept
                    ? <Choice form={form} name="kind" label="Kind" choices={KINDS.filter((one) => one.value === kind)} />
                    : <Choice form={form} name="kind" label="Kind" choices={KINDS} />}
            </div>
            {kind === "saml" && <MetadataFields form={form} kept={kept} />}
            <SettingFields key={kind} form={form} settings={SETTINGS[kind]} kept={kept} />
            <Text form={form} name="mapping" label="Groups to roles" rows={4} mono optional hint="One per line: group = role" />
            <Advanced key={`${kind} advanced`} open={ADVANCED[kind].some(({ key }) => (base?.settings ?? {})[key] !== undefined)}>
                <SettingFields form={form} settings={ADVANCED[kind]} kept={kept} />
            </Advanced>
            <Switch form={form} name="enabled" label="Switched on" />
        </FormDialog>
    );
}
