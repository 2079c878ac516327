@echo off
rem Multi-User without Blender, on Windows: multi-user serve --help. Needs Java 17 or later in PATH, or in MULTI_USER_JAVA.
setlocal
if "%MULTI_USER_JAVA%"=="" set "MULTI_USER_JAVA=java"
"%MULTI_USER_JAVA%" -XX:+UseSerialGC -XX:MaxRAMPercentage=30 -Dfile.encoding=UTF-8 -jar "%~dp0..\lib\multi-user.jar" %*
exit /b %ERRORLEVEL%
