using LoadLab.Model;

namespace LoadLab.Swarm;

/// <summary>Writes what became of each connect into the wave's counts and the thread's records.</summary>
/// <param name="recorder">Takes single connects.</param>
/// <param name="consent">Gets the signs that another server may have taken the port; null: no consent is needed.</param>
internal sealed class Outcomes(ConnectRecorder recorder, ConsentWatch? consent)
{
    /// <summary>Established, by the SYN that was sent after so many others.</summary>
    public void Established(Wave wave, long index, long intended, long actual, long now, int retransmits)
    {
        // The listener that answered the retransmitted SYN need not be the one that ignored the first.
        if (now - actual >= PendingConnects.YoungestResentNs)
        {
            consent?.Doubt();
        }

        wave.Tally.Established(now - intended, retransmits);
        recorder.Add(new ConnectRecord(wave.Number, index, intended, actual, now, ConnectOutcome.Established, Errno.None));
    }

    /// <summary>Failed in a system call.</summary>
    public void Failed(Wave wave, long index, long intended, long actual, long now, string syscall, Errno errno)
    {
        Tell(syscall, errno);
        wave.Tally.Failed(syscall, errno, now, now - intended);
        recorder.Add(new ConnectRecord(wave.Number, index, intended, actual, now, ConnectOutcome.Failed, errno));
    }

    /// <summary>Given up by the swarm.</summary>
    public void GivenUp(ref Connection connection, long now)
    {
        consent?.Doubt();
        connection.Wave.Tally.Failed(SwarmSyscalls.ConnectGivenUp, Errno.ETIMEDOUT, now, now - connection.Intended);
        recorder.Add(new ConnectRecord(connection.Wave.Number, connection.Index, connection.Intended, connection.At, now, ConnectOutcome.TimedOut, Errno.ETIMEDOUT));
    }

    /// <summary>Not answered when the run ended.</summary>
    public void Pending(ref Connection connection) =>
        recorder.Add(new ConnectRecord(connection.Wave.Number, connection.Index, connection.Intended, connection.At, 0, ConnectOutcome.Pending, Errno.None));

    // What fails in another call is the doing of this machine (EMFILE, EADDRINUSE), and so is EADDRNOTAVAIL.
    private void Tell(string syscall, Errno errno)
    {
        if (consent is null || syscall != SwarmSyscalls.Connect || errno == Errno.EADDRNOTAVAIL)
        {
            return;
        }

        if (errno == Errno.ECONNREFUSED || errno == Errno.ECONNRESET)
        {
            consent.Refused();
        }
        else
        {
            consent.Doubt();
        }
    }
}
