import { describe, expect, test } from "vitest";
import { columns, layout, type LayerEdge, type LayerNode, line, NODE_HEIGHT, through } from "../src/format/layers";

const NODES: LayerNode[] = [
    { id: "d", kind: "device" }, { id: "u", kind: "user" }, { id: "n", kind: "network" }, { id: "dev", kind: "role" }, { id: "staff", kind: "role" },
    { id: "web", kind: "resource" }, { id: "db", kind: "resource" },
];
const EDGES: LayerEdge[] = [
    { from: "d", to: "u" }, { from: "u", to: "dev" }, { from: "dev", to: "staff" }, { from: "staff", to: "web" }, { from: "u", to: "db" }, { from: "n", to: "web" },
];

function crossings(nodes: LayerNode[], edges: LayerEdge[]): number {
    const { places } = layout(nodes, edges);
    const y = (id: string): number => places.get(id)?.y ?? 0;
    let found = 0;
    edges.forEach((one, index) => edges.slice(index + 1).forEach((other) => {
        found += (y(one.from) - y(other.from)) * (y(one.to) - y(other.to)) < 0 ? 1 : 0;
    }));
    return found;
}

describe("the layers of the map", () => {
    test("are devices, users and networks, roles by depth, resources", () => {
        const found = columns(NODES, EDGES);
        expect(Object.fromEntries(found)).toEqual({ d: 0, u: 1, n: 1, dev: 2, staff: 3, web: 4, db: 4 });
    });

    test("leave out columns without a node", () => {
        const found = columns([{ id: "u", kind: "user" }, { id: "web", kind: "resource" }], [{ from: "u", to: "web" }]);
        expect(Object.fromEntries(found)).toEqual({ u: 0, web: 1 });
    });

    test("a role is as deep as its longest way", () => {
        const roles = ["a", "b", "c"].map((id) => ({ id, kind: "role" }));
        const found = columns(roles, [{ from: "a", to: "c" }, { from: "a", to: "b" }, { from: "b", to: "c" }]);
        expect(Object.fromEntries(found)).toEqual({ a: 0, b: 1, c: 2 });
    });

    test("come to an end with roles in a circle, and with nothing", () => {
        const roles = ["a", "b"].map((id) => ({ id, kind: "role" }));
        expect(columns(roles, [{ from: "a", to: "b" }, { from: "b", to: "a" }]).size).toBe(2);
        expect(layout([], [])).toEqual({ places: new Map(), width: 184, height: 54 });
    });

    test("nodes of a column do not overlap", () => {
        const many = Array.from({ length: 40 }, (_, index) => ({ id: `u${index}`, kind: "user" }));
        const { places, height } = layout(many, []);
        const rows = [...places.values()].map((place) => place.y).sort((a, b) => a - b);
        rows.slice(1).forEach((y, index) => expect(y - (rows[index] ?? 0)).toBeGreaterThanOrEqual(NODE_HEIGHT));
        expect(rows[0]).toBeGreaterThanOrEqual(0);
        expect((rows.at(-1) ?? 0) + NODE_HEIGHT).toBeLessThanOrEqual(height);
    });

    test("lines that need not cross do not", () => {
        const users = [0, 1, 2, 3, 4].map((index) => ({ id: `u${index}`, kind: "user" }));
        const resources = [4, 2, 0, 3, 1].map((index) => ({ id: `r${index}`, kind: "resource" }));
        const straight = [0, 1, 2, 3, 4].map((index) => ({ from: `u${index}`, to: `r${index}` }));
        expect(crossings([...users, ...resources], straight)).toBe(0);
    });
});

describe("the ways through a node", () => {
    test("are what leads to it and where it leads, nothing beside", () => {
        expect([...through("dev", EDGES)].sort()).toEqual(["d", "dev", "staff", "u", "web"]);
        expect([...through("web", EDGES)].sort()).toEqual(["d", "dev", "n", "staff", "u", "web"]);
        expect([...through("nobody", EDGES)]).toEqual(["nobody"]);
    });
});

test("a line begins at the right of one and ends at the left of the other", () => {
    expect(line({ x: 0, y: 0, column: 0 }, { x: 264, y: 100, column: 1 })).toBe("M184 20C224 20 224 120 264 120");
});
