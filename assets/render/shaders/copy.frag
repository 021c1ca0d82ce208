#version 330
uniform sampler2D radiance_in;
uniform sampler2D irradiance_in;
uniform sampler2D albedo_in;
in vec2 at;
layout(location = 0) out vec4 radiance;
layout(location = 1) out vec4 irradiance;
layout(location = 2) out vec4 albedo;

void main() {
    radiance = texture(radiance_in, at);
    irradiance = texture(irradiance_in, at);
    albedo = texture(albedo_in, at);
}
