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
        consent?.Ended(Errno.None, now - actual);
        wave.Tally.Established(now - intended, retransmits);
        recorder.Add(new ConnectRecord(wave.Number, index, intended, actual, now, ConnectOutcome.Established, Errno.None));
    }

    /// <summary>Failed in a system call.</summary>
    public void Failed(Wave wave, long index, long intended, long actual, long now, string syscall, Errno errno)
    {
        // What fails in another call is this machine's doing (EMFILE, EADDRINUSE).
        if (syscall == SwarmSyscalls.Connect)
        {
            consent?.Ended(errno, now - actual);
        }

        wave.Tally.Failed(syscall, errno, now, now - intended);
        recorder.Add(new ConnectRecord(wave.Number, index, intended, actual, now, ConnectOutcome.Failed, errno));
    }

    /// <summary>Given up by the swarm.</summary>
    public void GivenUp(ref Connection connection, long now)
    {
        consent?.Doubt();
        connection.Wave.Tally.Failed(SwarmSyscalls.ConnectGivenUp, Errno.ETIMEDOUT, now, now - connection.Intended);
        recorder.Add(new ConnectRecord(connection.Wave.Number, connection.Index, connection.Intended, connection.At, now, ConnectOutcome.TimedOut,
            Errno.ETIMEDOUT));
    }

    /// <summary>Not answered when the run ended.</summary>
    public void Pending(ref Connection connection) =>
        recorder.Add(new ConnectRecord(connection.Wave.Number, connection.Index, connection.Intended, connection.At, 0, ConnectOutcome.Pending, Errno.None));
}
