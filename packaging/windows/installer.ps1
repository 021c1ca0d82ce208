# Signs the programs of dist\avatar_app and packs them into an installer, on Windows with Inno
# Setup 6. NOT RUN YET: see packaging/README.md.
#   AVATAR_WINDOWS_SIGN  the command that signs a file whose name is put at its end, for example
#                        signtool sign /fd SHA256 /td SHA256 /tr http://timestamp.digicert.com /a
#                        Without it nothing is signed, and Windows warns when the installer starts.
#   ISCC                 Inno Setup's compiler, where it is not at the usual place
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

$version = (Select-String -Path avatar_app\__init__.py -Pattern '^__version__ = "(.+)"').Matches[0].Groups[1].Value
$compiler = if ($env:ISCC) { $env:ISCC } else { "${env:ProgramFiles(x86)}\Inno Setup 6\ISCC.exe" }
$options = @("/DVersion=$version")

if ($env:AVATAR_WINDOWS_SIGN) {
    foreach ($program in "Avatar.exe", "avatar-app.exe") {
        cmd /c "$env:AVATAR_WINDOWS_SIGN dist\avatar_app\$program"
        if ($LASTEXITCODE -ne 0) { throw "$program was not signed." }
    }
    # Inno Setup puts the file's name, quoted, where $f stands.
    $options += "/DSign", "/Ssign=$env:AVATAR_WINDOWS_SIGN `$f"
}
& $compiler @options packaging\windows\installer.iss
if ($LASTEXITCODE -ne 0) { throw "Inno Setup failed." }
