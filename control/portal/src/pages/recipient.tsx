import { Avatar, Cell } from "../ui/parts";

/** Whom a grant is for: `user:NAME`, `role:NAME` or `network:CIDR`. */
export function RecipientCell({ to, href }: { to: string; href?: string }) {
    const [kind, ...rest] = to.split(":");
    const name = rest.join(":");
    return <Cell lead={kind === "user" ? <Avatar name={name} /> : <Avatar name="" icon={kind === "role" ? "role" : "network"} />} title={name} small={kind} {...(href !== undefined && { href })} />;
}
