//! A small file system of its own in a file, for trials in which the disk is full, fails or loses its power.
//!
//! It takes root and loop devices. Where they are missing, a trial says that it did not run.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::tools;

/// `XFS_IOC_GOINGDOWN`, which ext4 knows as well: from now on nothing reaches the disk. Its argument 2 says that the
/// journal is not written out either, as when the power goes.
const POWER_CUT: &str = "open(my $folder, '<', $ARGV[0]) or die $!; my $how = pack('L', 2); \
                         ioctl($folder, 0x8004587D, $how) or die $!;";

const MIB: usize = 1024 * 1024;

/// A mounted file system; it is unmounted with the value.
pub(super) struct Disk {
    image: PathBuf,
    /// Where it is mounted.
    pub(super) mount: PathBuf,
}

/// Why there can be no such disks here; none where there can.
pub(super) fn missing() -> Option<&'static str> {
    if !tools::is_root() {
        return Some("it needs root and loop devices");
    }
    let free = Command::new("losetup").arg("--find").output();
    if !free.is_ok_and(|output| output.status.success()) {
        return Some("it needs loop devices");
    }
    tools::find(&["mkfs.ext4"]).is_none().then_some("it needs mkfs.ext4 (Debian package e2fsprogs)")
}

impl Disk {
    /// Makes and mounts an empty ext4.
    pub(super) fn new(folder: &Path, name: &str, mebibytes: u64, block_bytes: u32) -> Result<Self> {
        let (image, mount) = (folder.join(format!("{name}.img")), folder.join(name));
        fs::File::create(&image)?.set_len(mebibytes * 1024 * 1024)?;
        fs::create_dir_all(&mount)?;
        let disk = Self { image, mount };
        let block = block_bytes.to_string();
        run(Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0", "-b", &block]).arg(&disk.image))?;
        disk.mount("errors=remount-ro")?;
        Ok(disk)
    }

    /// Mounts it, with options of `mount`.
    pub(super) fn mount(&self, options: &str) -> Result<()> {
        run(Command::new("mount").args(["-o", &format!("loop,{options}")]).arg(&self.image).arg(&self.mount))
    }

    /// Unmounts it, which works only when nobody uses it any more.
    pub(super) fn unmount(&self) -> Result<()> {
        for _ in 0..50 {
            if run(Command::new("umount").arg(&self.mount)).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(100));
        }
        bail!("{} cannot be unmounted", self.mount.display())
    }

    /// Fills it to the last byte, with a file that [`Self::empty`] takes away.
    pub(super) fn fill(&self) -> Result<()> {
        let mut file = self.filler_to_append()?;
        for bytes in [MIB, 4096, 512, 1] {
            let piece = vec![b'x'; bytes];
            while file.write_all(&piece).is_ok() {}
        }
        Ok(())
    }

    /// [`Self::fill`], until less than so many bytes and a mebibyte are free.
    pub(super) fn fill_but_for(&self, left_bytes: u64) -> Result<()> {
        let (mut file, piece) = (self.filler_to_append()?, vec![b'x'; MIB]);
        while self.free_bytes()? >= left_bytes + MIB as u64 {
            file.write_all(&piece)?;
            file.sync_data()?;
        }
        Ok(())
    }

    fn filler_to_append(&self) -> Result<fs::File> {
        Ok(fs::OpenOptions::new().append(true).create(true).open(self.filler())?)
    }

    /// Takes away what filled it.
    pub(super) fn empty(&self) -> Result<()> {
        Ok(fs::remove_file(self.filler())?)
    }

    fn filler(&self) -> PathBuf {
        self.mount.join("filler")
    }

    fn free_bytes(&self) -> Result<u64> {
        let output = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.mount).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text.lines().nth(1).context("df gave no figure")?.trim().parse()?)
    }

    /// Nothing reaches it any more, and what was not yet written is gone.
    pub(super) fn cut_power(&self) -> Result<()> {
        run(Command::new("perl").args(["-e", POWER_CUT]).arg(&self.mount))
    }

    /// The kernel finds an error on it and takes no more writes, which is what Debian's disks are set to.
    pub(super) fn fail(&self) -> Result<()> {
        let output = Command::new("findmnt").args(["--noheadings", "--output", "SOURCE"]).arg(&self.mount).output()?;
        let device = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches("/dev/").to_owned();
        ensure!(!device.is_empty(), "{} is not mounted", self.mount.display());
        fs::write(format!("/sys/fs/ext4/{device}/trigger_fs_error"), "planted")?;
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if !is_mounted(&self.mount) {
            return;
        }
        if let Err(cause) = self.unmount() {
            eprintln!("{cause}; it goes when its last user does");
            let _ = Command::new("umount").arg("--lazy").arg(&self.mount).status();
        }
    }
}

fn is_mounted(folder: &Path) -> bool {
    Command::new("mountpoint").arg("--quiet").arg(folder).status().is_ok_and(|status| status.success())
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?} could not be started"))?;
    ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
