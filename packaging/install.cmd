@echo off
rem Copies Lull's plugins into your own folders, or removes them again: install.cmd [uninstall]
setlocal enableextensions disabledelayedexpansion
set "here=%~dp0"
set "clap=%LOCALAPPDATA%\Programs\Common\CLAP"
set "vst3=%LOCALAPPDATA%\Programs\Common\VST3"
set "presets=%APPDATA%\VST3 Presets\Lull Audio\Lull"
set "task=%~1"
if not defined task set "task=install"
if not "%task%"=="install" if not "%task%"=="uninstall" goto usage
if not defined LOCALAPPDATA goto no_folders
if not defined APPDATA goto no_folders
if "%task%"=="install" if not exist "%here%Lull.vst3" goto not_unpacked

if exist "%clap%\Lull.clap" del "%clap%\Lull.clap"
if exist "%clap%\Lull presets" rmdir /s /q "%clap%\Lull presets"
if exist "%vst3%\Lull.vst3" rmdir /s /q "%vst3%\Lull.vst3"
rem Windows keeps the file of a library that a program has loaded.
for %%f in ("%clap%\Lull.clap" "%clap%\Lull presets" "%vst3%\Lull.vst3") do if exist %%f goto in_use
call :remove_factory_presets
if "%task%"=="uninstall" goto uninstalled

for %%f in ("%clap%" "%vst3%" "%presets%") do if not exist %%f mkdir %%f
copy /y "%here%Lull.clap" "%clap%\Lull.clap" >nul
if errorlevel 1 goto failed
xcopy /q /y /i /s "%here%Lull presets" "%clap%\Lull presets" >nul
if errorlevel 1 goto failed
xcopy /q /y /i /s "%here%Lull.vst3" "%vst3%\Lull.vst3" >nul
if errorlevel 1 goto failed
pushd "%here%presets"
if errorlevel 1 goto failed
for %%p in (*.vstpreset) do if not exist "%presets%\%%p" copy "%%p" "%presets%\%%p" >nul
for %%p in (*.vstpreset) do if not exist "%presets%\%%p" goto failed
popd
echo installed in "%clap%" and "%vst3%"
call :wait "%~1"
exit /b 0

:uninstalled
rem A folder that holds something else stays.
rmdir "%presets%" 2>nul
rmdir "%APPDATA%\VST3 Presets\Lull Audio" 2>nul
echo removed from "%clap%" and "%vst3%"
exit /b 0

rem Removes the factory presets of any version, as they came. A preset that a host has saved is a whole project and lacks their mark:
rem it is yours and stays, whatever its name. In their folder, so that findstr need not take a path with accents.
:remove_factory_presets
if not exist "%presets%" exit /b
rem pushd leaves an older error as it is, and ver does not.
ver >nul
pushd "%presets%"
if errorlevel 1 exit /b
for %%p in (*.vstpreset) do call :remove_if_factory "%%p"
popd
exit /b

:remove_if_factory
findstr /m /c:"\"preset\":\"true\"" "%~1" >nul 2>nul
if "%errorlevel%"=="0" del "%~1"
exit /b

:usage
echo usage: install.cmd [uninstall]
exit /b 2
:no_folders
echo LOCALAPPDATA and APPDATA are not set: this user has no folders to install into
goto stop
:not_unpacked
echo unpack the whole archive first, and then run install.cmd in the folder that it makes
goto stop
:in_use
echo not all of Lull's files can be removed: close the hosts that use it, and run this again
goto stop
:failed
echo not all of Lull's files can be copied
:stop
call :wait "%~1"
exit /b 1

rem The window that a double click opens closes with this script.
:wait
if "%~1"=="" pause
exit /b
