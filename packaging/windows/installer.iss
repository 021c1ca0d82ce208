; Inno Setup 6: packs dist\avatar_app into dist\Avatar-VERSION-setup.exe. installer.ps1 runs it.
; NOT RUN YET: see packaging/README.md.
#ifndef Version
  #error Version is missing: run installer.ps1
#endif

[Setup]
AppId={{6B0E6C53-3D0C-4C0C-9C55-0B6D7E4B5A21}
AppName=Avatar
AppVersion={#Version}
AppPublisher=The avatar_app contributors
DefaultDirName={autopf}\Avatar
DefaultGroupName=Avatar
DisableProgramGroupPage=yes
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=Avatar-{#Version}-setup
UninstallDisplayIcon={app}\Avatar.exe
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; For this user alone unless they choose otherwise: no administrator is needed.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
#ifdef Sign
SignTool=sign
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"
Name: "fr"; MessagesFile: "compiler:Languages\French.isl"
Name: "ru"; MessagesFile: "compiler:Languages\Russian.isl"
Name: "ja"; MessagesFile: "compiler:Languages\Japanese.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

; What an older version left in the folder must not mix with the new one.
[InstallDelete]
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\avatar_app\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion
Source: "virtual-camera.txt"; DestDir: "{app}"; Flags: isreadme

[Icons]
Name: "{group}\Avatar"; Filename: "{app}\Avatar.exe"
Name: "{autodesktop}\Avatar"; Filename: "{app}\Avatar.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\Avatar.exe"; Description: "{cm:LaunchProgram,Avatar}"; Flags: nowait postinstall skipifsilent
