@echo off
rem Copies Lull's plugins into your own folders, or removes them again: install.cmd [uninstall]
setlocal
set "here=%~dp0"
set "clap=%LOCALAPPDATA%\Programs\Common\CLAP"
set "vst3=%LOCALAPPDATA%\Programs\Common\VST3"
set "presets=%APPDATA%\VST3 Presets\Lull Audio\Lull"
if exist "%clap%\Lull.clap" del "%clap%\Lull.clap"
if exist "%clap%\Lull presets" rmdir /s /q "%clap%\Lull presets"
if exist "%vst3%\Lull.vst3" rmdir /s /q "%vst3%\Lull.vst3"
if "%1"=="uninstall" goto uninstall
if not exist "%presets%" mkdir "%presets%"
xcopy /q /y /i "%here%Lull.clap" "%clap%\" >nul || exit /b 1
xcopy /q /y /i /s "%here%Lull presets" "%clap%\Lull presets" >nul || exit /b 1
xcopy /q /y /i /s "%here%Lull.vst3" "%vst3%\Lull.vst3" >nul || exit /b 1
rem A preset of yours stays, whatever its name.
for %%p in ("%here%presets\*.vstpreset") do if not exist "%presets%\%%~nxp" copy "%%p" "%presets%\" >nul
echo installed in %clap% and %vst3%
exit /b 0
:uninstall
for %%p in ("%here%presets\*.vstpreset") do if exist "%presets%\%%~nxp" fc /b "%%p" "%presets%\%%~nxp" >nul && del "%presets%\%%~nxp"
rmdir "%presets%" 2>nul
rmdir "%APPDATA%\VST3 Presets\Lull Audio" 2>nul
echo removed from %clap% and %vst3%
