def test_x(db, admin, patient):
    r = admin.api.get("/api/v1/patients/")
    print(r.status_code, r.content, r.headers)
    r = admin.api.get(f"/api/v1/patients/{patient.id}/readings/")
    print(r.status_code, r.content, r.headers)
