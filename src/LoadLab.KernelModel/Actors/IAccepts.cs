using LoadLab.Model;

namespace LoadLab.KernelModel;

/// <summary>What takes connections out of the accept queues: the server's policy in a plan, its calls as they were in a replay.</summary>
internal interface IAccepts
{
    /// <summary>accept() that gave a connection, those shed included.</summary>
    long Accepted { get; }

    /// <summary>Connections accepted at the fd limit and closed at once.</summary>
    long Shed { get; }

    /// <summary>accept() that found no descriptor.</summary>
    long Failed { get; }

    /// <summary>True when the number of failed calls follows from the policy.</summary>
    bool CountsFailures { get; }

    /// <summary>When the queues were last emptied; null: never.</summary>
    Nanoseconds? Emptied { get; }

    /// <summary>The first load or peer begins.</summary>
    void Begin();

    /// <summary>Another policy.</summary>
    void Follow(AcceptPolicy policy);

    /// <summary>A connection was queued.</summary>
    void Wake();

    /// <summary>The limit of descriptors is raised by so many.</summary>
    void Raise(long by);
}
