"""What is asked when a package is sent."""

from portal import forms
from portal.scorm.packages import UPLOAD
from portal.uploads.forms import UploadField


class PackageForm(forms.Form):
    file = UploadField("The package", UPLOAD, required="Choose the zip that the course tool made.")
