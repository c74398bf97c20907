using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>Who owns each port of the namespace, and whom bind() would be in conflict with.</summary>
/// <remarks>
/// A port that bind() has taken is passed over by each connect() that lets the kernel pick, whatever its address, until its owners are gone.
/// Kernel: inet_bind_bucket and inet_bind2_bucket (include/net/inet_hashtables.h), net/ipv4/inet_connection_sock.c inet_bind_conflict,
/// net/ipv4/inet_hashtables.c inet_bind_bucket_destroy.
/// </remarks>
internal sealed class PortOwners
{
    private const int PortsOfPart = 1 << PortSet.BitsOfPart;

    // In parts, like PortSet: one array for all ports would be a large-object allocation in each run of the model.
    private readonly PortLease?[]?[] first = new PortLease?[]?[65536 / PortsOfPart];
    private readonly Dictionary<UInt128, PortSet> byAddress = [];

    /// <summary>Ports that somebody owns.</summary>
    public PortSet Owned { get; } = new();

    /// <summary>Ports that bind() has taken: connect() passes them over.</summary>
    public PortSet Bound { get; } = new();

    /// <summary>Ports at which bind() of this address without SO_REUSEADDR finds somebody: at the same address, and at a wildcard.</summary>
    public (PortSet Own, PortSet Wildcard) At(UInt128 address) => IsWildcard(address) ? (Owned, PortSet.Empty) : (Of(address), Of(UInt128.Zero));

    /// <summary>Ports of a range at which bind() of this address finds somebody who does not share them, itself with SO_REUSEADDR.</summary>
    public PortSet Unshared(UInt128 address, PortRange range)
    {
        var ports = new PortSet();
        for (var port = range.First; port <= range.Last; port++)
        {
            if (Conflicts(new Endpoint(address, port), mayShare: true, isInGroup: false))
            {
                ports.Add(port);
            }
        }

        return ports;
    }

    /// <summary>True when bind() to this very port fails.</summary>
    /// <param name="end">The address and port.</param>
    /// <param name="mayShare">SO_REUSEADDR: shares with sockets that have it too and do not listen.</param>
    /// <param name="isInGroup">SO_REUSEPORT: shares with sockets that have it too.</param>
    public bool Conflicts(Endpoint end, bool mayShare, bool isInGroup)
    {
        var (own, wildcard) = At(end.Address);
        for (var owner = own.Contains(end.Port) || wildcard.Contains(end.Port) ? First(end.Port) : null; owner is not null; owner = owner.Next)
        {
            var isSameAddress = owner.Source.Address == end.Address || IsWildcard(owner.Source.Address) || IsWildcard(end.Address);
            var isShared = (mayShare && owner.MayShare && !owner.IsListener) || (isInGroup && owner.IsInGroup);
            if (isSameAddress && !isShared)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A socket owns its port from now on.</summary>
    public void Add(PortLease lease)
    {
        var port = lease.Source.Port;
        (lease.Next, lease.Previous) = (First(port), null);
        if (lease.Next is not null)
        {
            lease.Next.Previous = lease;
        }

        First(port) = lease;
        Owned.Add(port);
        Of(lease.Source.Address).Add(port);
        if (lease.IsBound)
        {
            Bound.Add(port);
        }
    }

    /// <summary>A socket's port is its own no more.</summary>
    /// <param name="lease">The socket.</param>
    /// <param name="forgetsBind">Whether the port is connect()'s again when no owner is left that bind() gave it to, or only when no owner is left.</param>
    public void Remove(PortLease lease, bool forgetsBind)
    {
        var port = lease.Source.Port;
        _ = lease.Previous is null ? First(port) = lease.Next : lease.Previous.Next = lease.Next;
        if (lease.Next is not null)
        {
            lease.Next.Previous = lease.Previous;
        }

        var (isAddressLeft, isBoundLeft) = (false, false);
        for (var owner = First(port); owner is not null; owner = owner.Next)
        {
            isAddressLeft |= owner.Source.Address == lease.Source.Address;
            isBoundLeft |= owner.IsBound;
        }

        if (!isAddressLeft)
        {
            Of(lease.Source.Address).Remove(port);
        }

        if (First(port) is null)
        {
            Owned.Remove(port);
        }

        if (First(port) is null || (forgetsBind && !isBoundLeft))
        {
            Bound.Remove(port);
        }
    }

    private ref PortLease? First(int port) => ref (first[port >> PortSet.BitsOfPart] ??= new PortLease?[PortsOfPart])[port & (PortsOfPart - 1)];

    private static bool IsWildcard(UInt128 address) => new Endpoint(address, 0).IsWildcard;

    private PortSet Of(UInt128 address)
    {
        var key = IsWildcard(address) ? UInt128.Zero : address;
        if (!byAddress.TryGetValue(key, out var ports))
        {
            byAddress.Add(key, ports = new PortSet());
        }

        return ports;
    }
}
