package dev.sekisho.tun.linux;

import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.LinkListener;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Rule;
import dev.sekisho.tun.TunException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Links by rtnetlink, a socket per request. Thread-safe.
///
/// Source: rtnetlink(7), `include/uapi/linux/{rtnetlink,if_link,if_addr,fib_rules}.h`.
final class LinuxLinks implements Links {
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_NEWRULE = 32;
    private static final int RTM_DELRULE = 33;

    private static final int AF_UNSPEC = 0;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private static final int IFF_UP = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_F_NODAD = 2;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_TABLE = 15;
    private static final int RTPROT_BOOT = 3;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RT_SCOPE_HOST = 254;
    private static final int RTN_UNICAST = 1;
    private static final int RTN_LOCAL = 2;

    /// The same in every network namespace. Source: `include/net/flow.h`.
    private static final int LOOPBACK_IFINDEX = 1;

    private static final int FRA_IIFNAME = 3;
    private static final int FRA_OIFNAME = 17;
    private static final int FRA_PRIORITY = 6;
    private static final int FRA_FWMARK = 10;
    private static final int FRA_SUPPRESS_PREFIXLEN = 14;
    private static final int FRA_TABLE = 15;
    private static final int FIB_RULE_INVERT = 2;
    private static final int FR_ACT_TO_TBL = 1;

    private static final int LINK_ATTRIBUTES = NetlinkMessage.HEADER_BYTES + 16;
    private static final int NEW = NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE;

    private final AtomicInteger sequence = new AtomicInteger();

    /// What the kernel says about one link.
    ///
    /// @param index its number
    /// @param up whether it is administratively up
    /// @param mtu largest packet in bytes
    record LinkState(int index, boolean up, int mtu) {
        /// @param message an RTM_NEWLINK
        static LinkState of(ByteBuffer message) {
            ByteBuffer mtu = NetlinkMessage.find(message, LINK_ATTRIBUTES, IFLA_MTU);
            boolean up = (message.getInt(NetlinkMessage.HEADER_BYTES + 8) & IFF_UP) != 0;
            return new LinkState(message.getInt(NetlinkMessage.HEADER_BYTES + 4), up, mtu == null ? 0 : mtu.getInt(0));
        }
    }

    @Override
    public int index(String name) {
        InterfaceName.check(name);
        NetlinkMessage message = link(RTM_GETLINK, 0, 0, 0).attribute(IFLA_IFNAME, name);
        return state(message, "find interface " + name).index();
    }

    @Override
    public boolean exists(String name) {
        InterfaceName.check(name);
        return found(link(RTM_GETLINK, 0, 0, 0).attribute(IFLA_IFNAME, name), "find interface " + name);
    }

    @Override
    public boolean exists(int index) {
        return found(link(RTM_GETLINK, index, 0, 0), "find interface " + index);
    }

    private boolean found(NetlinkMessage message, String what) {
        try {
            ask(message, what);
            return true;
        } catch (LinkException e) {
            if (e.reason() == LinkException.Reason.MISSING) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void mtu(int index, int mtu) {
        ask(
                link(RTM_NEWLINK, index, 0, 0).attribute(IFLA_MTU, mtu),
                "set the MTU of interface " + index + " to " + mtu);
    }

    @Override
    public int mtu(int index) {
        return state(index).mtu();
    }

    @Override
    public void up(int index) {
        ask(link(RTM_NEWLINK, index, IFF_UP, IFF_UP), "bring interface " + index + " up");
    }

    @Override
    public void down(int index) {
        ask(link(RTM_NEWLINK, index, 0, IFF_UP), "take interface " + index + " down");
    }

    @Override
    public boolean isUp(int index) {
        return state(index).up();
    }

    LinkState state(int index) {
        return state(link(RTM_GETLINK, index, 0, 0), "find interface " + index);
    }

    private LinkState state(NetlinkMessage message, String what) {
        ByteBuffer answer = ask(message, what);
        if (answer == null) {
            throw new TunException("cannot " + what + ": the kernel gave no answer");
        }
        return LinkState.of(answer);
    }

    @Override
    public void delete(int index) {
        ask(link(RTM_DELLINK, index, 0, 0), "remove interface " + index);
    }

    /// `struct ifinfomsg`
    private NetlinkMessage link(int type, int index, int flags, int change) {
        return message(type, 0).u8(AF_UNSPEC, 0).u16(0).u32(index).u32(flags).u32(change);
    }

    @Override
    public void addAddress(int index, InetAddress address, int prefixLength) {
        ask(
                address(RTM_NEWADDR, NEW, index, address, prefixLength),
                "add address " + text(address, prefixLength) + " to interface " + index);
    }

    @Override
    public void removeAddress(int index, InetAddress address, int prefixLength) {
        ask(
                address(RTM_DELADDR, 0, index, address, prefixLength),
                "remove address " + text(address, prefixLength) + " from interface " + index);
    }

    /// `struct ifaddrmsg`
    private NetlinkMessage address(int type, int flags, int index, InetAddress address, int prefixLength) {
        checkPrefix(address, prefixLength);
        byte[] bytes = address.getAddress();
        return message(type, flags)
                .u8(family(address), prefixLength, isV4(address) ? 0 : IFA_F_NODAD, RT_SCOPE_UNIVERSE)
                .u32(index)
                .attribute(IFA_LOCAL, bytes)
                .attribute(IFA_ADDRESS, bytes);
    }

    @Override
    public void addRoute(InetAddress destination, int prefixLength, int interfaceIndex, int table) {
        ask(
                route(RTM_NEWROUTE, NEW, Target.out(destination, prefixLength, interfaceIndex), table),
                "add route " + text(destination, prefixLength) + " to interface " + interfaceIndex);
    }

    @Override
    public void deleteRoute(InetAddress destination, int prefixLength, int interfaceIndex, int table) {
        ask(
                route(RTM_DELROUTE, 0, Target.out(destination, prefixLength, interfaceIndex), table),
                "remove route " + text(destination, prefixLength) + " from interface " + interfaceIndex);
    }

    @Override
    public void addLocalRoute(InetAddress destination, int prefixLength, int table) {
        ask(
                route(RTM_NEWROUTE, NEW, Target.local(destination, prefixLength), table),
                "add local route " + text(destination, prefixLength) + " to table " + Integer.toUnsignedString(table));
    }

    @Override
    public void deleteLocalRoute(InetAddress destination, int prefixLength, int table) {
        ask(
                route(RTM_DELROUTE, 0, Target.local(destination, prefixLength), table),
                "remove local route " + text(destination, prefixLength) + " from table "
                        + Integer.toUnsignedString(table));
    }

    /// Where a route leads. For IPv6 the scope means nothing.
    ///
    /// @param destination any address of the block
    /// @param prefixLength 0..32 or 0..128
    /// @param interfaceIndex the way out, the loopback interface for what is delivered here
    /// @param scope how far away the destination is, one of `RT_SCOPE_`
    /// @param type what becomes of the packet, one of `RTN_`
    private record Target(InetAddress destination, int prefixLength, int interfaceIndex, int scope, int type) {
        static Target out(InetAddress destination, int prefixLength, int interfaceIndex) {
            int scope = isV4(destination) ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
            return new Target(destination, prefixLength, interfaceIndex, scope, RTN_UNICAST);
        }

        static Target local(InetAddress destination, int prefixLength) {
            int scope = isV4(destination) ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
            return new Target(destination, prefixLength, LOOPBACK_IFINDEX, scope, RTN_LOCAL);
        }

        /// The network address: host bits behind the prefix are cleared.
        byte[] network() {
            byte[] bytes = destination.getAddress();
            for (int bit = prefixLength; bit < bytes.length * Byte.SIZE; bit++) {
                bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> (bit % Byte.SIZE));
            }
            return bytes;
        }
    }

    /// `struct rtmsg`
    private NetlinkMessage route(int type, int flags, Target target, int table) {
        checkPrefix(target.destination(), target.prefixLength());
        return message(type, flags)
                .u8(family(target.destination()), target.prefixLength(), 0, 0)
                .u8(0, RTPROT_BOOT, target.scope(), target.type())
                .u32(0)
                .attribute(RTA_DST, target.network())
                .attribute(RTA_OIF, target.interfaceIndex())
                .attribute(RTA_TABLE, table == 0 ? Rule.MAIN_TABLE : table);
    }

    @Override
    public void addRule(Rule rule) {
        ask(rule(RTM_NEWRULE, NEW, rule), "add routing rule " + rule);
    }

    @Override
    public void deleteRule(Rule rule) {
        ask(rule(RTM_DELRULE, 0, rule), "remove routing rule " + rule);
    }

    /// `struct fib_rule_hdr`
    private NetlinkMessage rule(int type, int flags, Rule rule) {
        NetlinkMessage message = message(type, flags)
                .u8(rule.v4() ? AF_INET : AF_INET6, 0, 0, 0)
                .u8(0, 0, 0, FR_ACT_TO_TBL)
                .u32(rule.invert() ? FIB_RULE_INVERT : 0)
                .attribute(FRA_TABLE, rule.table());
        if (rule.fwmark() != 0) {
            message.attribute(FRA_FWMARK, rule.fwmark());
        }
        if (rule.suppressPrefixLength() >= 0) {
            message.attribute(FRA_SUPPRESS_PREFIXLEN, rule.suppressPrefixLength());
        }
        if (rule.priority() != 0) {
            message.attribute(FRA_PRIORITY, rule.priority());
        }
        name(message, FRA_IIFNAME, rule.incomingInterface());
        name(message, FRA_OIFNAME, rule.outgoingInterface());
        return message;
    }

    private static void name(NetlinkMessage message, int type, String interfaceName) {
        if (!interfaceName.isEmpty()) {
            InterfaceName.check(interfaceName);
            message.attribute(type, interfaceName);
        }
    }

    @Override
    public Monitor monitor(int index, LinkListener listener) {
        return LinkMonitor.start(index, listener, this);
    }

    private NetlinkMessage message(int type, int flags) {
        return new NetlinkMessage(type, flags, sequence.incrementAndGet());
    }

    private static @Nullable ByteBuffer ask(NetlinkMessage message, String what) {
        try (Netlink netlink = new Netlink(0)) {
            return netlink.request(message, what);
        }
    }

    private static void checkPrefix(InetAddress address, int prefixLength) {
        if (prefixLength < 0 || prefixLength > address.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " is out of range");
        }
    }

    private static boolean isV4(InetAddress address) {
        return address instanceof Inet4Address;
    }

    private static int family(InetAddress address) {
        return isV4(address) ? AF_INET : AF_INET6;
    }

    private static String text(InetAddress address, int prefixLength) {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
