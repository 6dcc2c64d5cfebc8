@echo off
rem Copies Lull's plugins into your own folders, or removes them again: install.cmd [uninstall]
setlocal
set "here=%~dp0"
cd /d "%here%presets"
set "clap=%LOCALAPPDATA%\Programs\Common\CLAP"
set "vst3=%LOCALAPPDATA%\Programs\Common\VST3"
set "presets=%APPDATA%\VST3 Presets\Lull Audio\Lull"
rem What marks a factory preset of any version, as it came. One that a host has saved is a whole project and lacks it: it is yours
rem and stays, whatever its name.
set factory=/c:"\"preset\":\"true\""
if exist "%clap%\Lull.clap" del "%clap%\Lull.clap"
if exist "%clap%\Lull presets" rmdir /s /q "%clap%\Lull presets"
if exist "%vst3%\Lull.vst3" rmdir /s /q "%vst3%\Lull.vst3"
if "%1"=="uninstall" goto uninstall
for %%f in ("%clap%" "%vst3%" "%presets%") do if not exist %%f mkdir %%f
copy /y "%here%Lull.clap" "%clap%" >nul
if errorlevel 1 exit /b 1
xcopy /q /y /i /s "%here%Lull presets" "%clap%\Lull presets" >nul
if errorlevel 1 exit /b 1
xcopy /q /y /i /s "%here%Lull.vst3" "%vst3%\Lull.vst3" >nul
if errorlevel 1 exit /b 1
for %%p in (*.vstpreset) do (
    if exist "%presets%\%%p" findstr /m %factory% "%presets%\%%p" >nul && del "%presets%\%%p"
    if not exist "%presets%\%%p" copy "%%p" "%presets%" >nul
)
echo installed in %clap% and %vst3%
exit /b 0
:uninstall
for %%p in (*.vstpreset) do (
    if exist "%presets%\%%p" findstr /m %factory% "%presets%\%%p" >nul && del "%presets%\%%p"
)
rmdir "%presets%" 2>nul
rmdir "%APPDATA%\VST3 Presets\Lull Audio" 2>nul
echo removed from %clap% and %vst3%
exit /b 0
